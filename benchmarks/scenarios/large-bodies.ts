import { cpuSeconds } from '../harness/cpu.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import { peakMiB, resetPeak, residentMiB } from '../harness/memory.ts'
import type { Peer } from '../harness/peer.ts'
import type { Scenario } from '../harness/scenario.ts'
import { type Target, untilServing } from '../harness/target.ts'
import { download, upload } from '../harness/transfer.ts'
import { withNodeUpstream } from '../harness/upstream.ts'
import type { Workbench } from '../harness/workbench.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { nginx } from '../peers/nginx/start.ts'
import { sluice } from '../peers/sluice/start.ts'

const MIB = 2 ** 20
/** Bytes a millisecond: 250 MiB/s, less than the upstream could send. */
const PACE = 256 * 1024

/** A gibibyte to a reader that is slower than the writer. */
export const largeBodies: Scenario = {
  name: 'large-bodies',
  title: 'A body of 1 GiB to a slow reader',
  about:
    'An answer, and then a request, of 1 GiB; the other end reads 250 MiB/s at most, less than is offered. What the target holds at most, beyond what it held before.',
  metrics: [
    { key: 'downMiB', label: 'answer: memory MiB more', digits: 1 },
    { key: 'downCpu', label: 'CPU s', digits: 2 },
    { key: 'upMiB', label: 'request: memory MiB more', digits: 1 },
    { key: 'upCpu', label: 'CPU s', digits: 2 }
  ],
  tokens: () => 1,
  run: bench =>
    withNodeUpstream(bench, 'bodies.ts', async environment => {
      return await interleave(
        { ...bench, options: { ...bench.options, rounds: Math.min(bench.options.rounds, 3) } },
        [sluice(), nginx, haproxy].map(peer => ({ ...sending(bench, peer), environment }))
      )
    })
}

const sending = (bench: Workbench, peer: Peer): Variant => {
  const { token } = bench
  const bytes = bench.options.quick ? 128 * MIB : 1024 * MIB
  return {
    peer,
    prepare: async target => {
      await untilServing(target, () => download(target.url, token, 1).then(() => true))
      await download(target.url, token, 64 * MIB)
      await upload(target.url, token, 64 * MIB)
    },
    measure: async target => {
      const down = await watch(target, () => download(target.url, token, bytes, PACE))
      const up = await watch(target, () => upload(target.url, token, bytes, PACE))
      return { downMiB: down.more, downCpu: down.cpu, upMiB: up.more, upCpu: up.cpu }
    }
  }
}

const watch = async ({ pid }: Target, transfer: () => Promise<void>) => {
  resetPeak(pid)
  const [held, cpu] = [residentMiB(pid), cpuSeconds(pid)]
  await transfer()
  return { more: Math.max(0, peakMiB(pid) - held), cpu: cpuSeconds(pid) - cpu }
}
