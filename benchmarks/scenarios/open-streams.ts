import { setTimeout as sleep } from 'node:timers/promises'
import { holdStream } from '../harness/event-stream.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import { residentMiB } from '../harness/memory.ts'
import type { Peer } from '../harness/peer.ts'
import type { Scenario } from '../harness/scenario.ts'
import { untilServing } from '../harness/target.ts'
import { withNodeUpstream } from '../harness/upstream.ts'
import type { Workbench } from '../harness/workbench.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { nginx } from '../peers/nginx/start.ts'
import { sluice } from '../peers/sluice/start.ts'

const COUNTS = [1000, 5000]
/** Connections that are being opened at once. */
const BATCH = 50
const PATH = '/mcp?events=1&hold'

/** What a stream costs that is open and silent. */
export const openStreams: Scenario = {
  name: 'open-streams',
  title: 'Memory per open stream',
  about:
    'Event streams that are open and silent, each on a connection of its own: what the target holds more than before, by their number.',
  metrics: COUNTS.map(count => ({ key: `kib${count}`, label: `KiB per stream at ${count}`, digits: 1 })),
  chart: 'kib5000',
  tokens: () => 1,
  run: bench =>
    withNodeUpstream(bench, 'event-stream.ts', async environment => {
      // A process that has held 5,000 streams does not give all memory back: one round.
      return await interleave(
        { ...bench, options: { ...bench.options, rounds: 1 } },
        [sluice(), nginx, haproxy, fastify].map(peer => ({ ...holding(bench, peer), environment }))
      )
    })
}

const holding = (bench: Workbench, peer: Peer): Variant => ({
  peer,
  prepare: async target => {
    const url = target.url + PATH
    await untilServing(target, async () => {
      const leave = await holdStream(url, bench.token)
      leave()
      return true
    })
    await close(await openMany(url, bench.token, 200))
  },
  measure: async target => {
    const before = residentMiB(target.pid)
    const sample: Record<string, number> = {}
    const held: (() => void)[] = []
    for (const count of bench.options.quick ? COUNTS.slice(0, 1) : COUNTS) {
      held.push(...(await openMany(target.url + PATH, bench.token, count - held.length)))
      await sleep(1000)
      sample[`kib${count}`] = ((residentMiB(target.pid) - before) * 1024) / count
    }
    await close(held)
    return sample
  }
})

const openMany = async (url: string, token: string, count: number): Promise<(() => void)[]> => {
  const held: (() => void)[] = []
  while (held.length < count) {
    const size = Math.min(BATCH, count - held.length)
    held.push(...(await Promise.all(Array.from({ length: size }, () => holdStream(url, token)))))
  }
  return held
}

const close = async (held: readonly (() => void)[]): Promise<void> => {
  for (const leave of held) leave()
  await sleep(500)
}
