import { interleave, type Variant } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { residentMiB } from '../harness/memory.ts'
import type { Sample } from '../harness/result.ts'
import type { Scenario } from '../harness/scenario.ts'
import { driftOf } from '../harness/statistics.ts'
import type { Target } from '../harness/target.ts'
import { testimony, withWitness } from '../harness/testimony.ts'
import { usualLoad, type Workbench } from '../harness/workbench.ts'
import { type Load, wrk } from '../harness/wrk.ts'
import { audit, LIMIT, SIX, UNSAMPLED } from '../peers/sluice/six-filters.ts'
import { sluice } from '../peers/sluice/start.ts'

/** Of what the target can do. */
const SHARE = 0.7
/** More connections than the usual load has, each of which pauses: requests come evenly, whatever one of them takes. */
const CONNECTIONS = 128
/** To find out what that is. */
const TRIAL_SECONDS = 5
/** Between two looks at the memory, in seconds. */
const LOOK_EVERY = 10
const LOOK_EVERY_IF_QUICK = 1
/** Share of the looks before which memory may grow: caches fill, the heap finds its size. */
const SETTLING = 0.2

/** Whether anything grows, or fails, in the long run. */
export const soak: Scenario = {
  name: 'soak',
  title: 'Ten minutes at 70 % load',
  about: `Sluice with six filters under ${SHARE * 100} % of the requests that it can take, for ten minutes (\`--seconds\` makes it another time). Live memory is what is left when all garbage was collected, every ${LOOK_EVERY} s; growth is the line through it behind the first fifth of the time, from end to end. Failed are answers that were no success, broken connections, and answers that took 10 s.`,
  metrics: [
    { key: 'seconds', label: 's', digits: 0 },
    { key: 'perSecond', label: 'requests/s', digits: 0 },
    { key: 'load', label: '% of the most', digits: 0 },
    { key: 'failed', label: 'failed', digits: 0 },
    { key: 'p99Ms', label: 'p99 ms, median', digits: 1 },
    { key: 'liveMiB', label: 'live memory MiB at the end', digits: 1 },
    { key: 'growthMiB', label: 'growth MiB', digits: 2 },
    { key: 'residentMiB', label: 'memory MiB at most', digits: 0 }
  ],
  tokens: () => 500,
  byNameOnly: true,
  run: async bench => {
    const load = { ...(await usualLoad(bench)), connections: CONNECTIONS }
    return interleave({ ...bench, options: { ...bench.options, rounds: 1 } }, [soaking(bench, load)])
  }
}

const soaking = (bench: Workbench, load: Load): Variant => {
  const file = bench.write('witness.json', '')
  // Ten minutes of records are gigabytes.
  const rotated = { filters: SIX.filters, more: [LIMIT, audit({ rotate: { size: '64MiB', keep: 2 } }), UNSAMPLED] }
  const peer = sluice('Sluice, six filters', 'at 70 % load', rotated, { node: [withWitness(file, true)] })
  return {
    ...loadVariant(bench, peer, load),
    measure: async target => {
      const { requests, seconds } = await wrk(target.url, { ...load, seconds: TRIAL_SECONDS })
      const most = requests / seconds
      const pauseMs = Math.round((CONNECTIONS / (SHARE * most)) * 1000)
      return soakOf(bench, target, { ...load, pauseMs }, most, file)
    }
  }
}

const soakOf = async (bench: Workbench, target: Target, load: Load, most: number, file: string): Promise<Sample> => {
  const seconds = bench.options.quick ? LOOK_EVERY_IF_QUICK : LOOK_EVERY
  const looks = Math.max(1, Math.round(bench.options.soakSeconds / seconds))
  const seen: { requests: number; failed: number; p99Ms: number; liveMiB: number; residentMiB: number }[] = []
  for (let start = 0; seen.length < looks;) {
    const { requests, refused, socketErrors, p99Ms } = await wrk(target.url, { ...load, seconds, start })
    start += requests
    const resident = residentMiB(target.pid)
    const { liveMiB } = await testimony(target, file)
    seen.push({ requests, failed: refused + socketErrors, p99Ms, liveMiB, residentMiB: resident })
    bench.progress(`  ${seen.length * seconds} s: ${requests / seconds} requests/s, ${liveMiB.toFixed(1)} MiB`)
  }
  const sum = (key: 'requests' | 'failed'): number => seen.reduce((total, each) => total + each[key], 0)
  const perSecond = sum('requests') / (looks * seconds)
  const settled = seen.slice(Math.floor(looks * SETTLING)).map(each => each.liveMiB)
  return {
    seconds: looks * seconds,
    perSecond,
    load: (perSecond / most) * 100,
    failed: sum('failed'),
    p99Ms: seen.map(each => each.p99Ms).toSorted((a, b) => a - b)[Math.floor(looks / 2)]!,
    liveMiB: settled.at(-1)!,
    growthMiB: driftOf(settled),
    residentMiB: Math.max(...seen.map(each => each.residentMiB))
  }
}
