import { cpuSeconds } from '../harness/cpu.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import type { Peer } from '../harness/peer.ts'
import type { Scenario } from '../harness/scenario.ts'
import type { Target } from '../harness/target.ts'
import { untilServing } from '../harness/target.ts'
import { download, upload } from '../harness/transfer.ts'
import { withNodeUpstream } from '../harness/upstream.ts'
import type { Workbench } from '../harness/workbench.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { nginx } from '../peers/nginx/start.ts'
import { sluice } from '../peers/sluice/start.ts'

const MIB = 2 ** 20
const CONNECTIONS = 4

/** Bodies of a mebibyte, one after the other on a few connections. */
export const bodies: Scenario = {
  name: 'bodies',
  title: 'Bodies of 1 MiB',
  about: `Answers, and then requests, of 1 MiB on ${CONNECTIONS} connections; the other end reads as fast as it can.`,
  metrics: [
    { key: 'downCpuMillis', label: 'CPU ms per answer', digits: 2 },
    { key: 'downMiBs', label: 'answers MiB/s', digits: 0 },
    { key: 'upCpuMillis', label: 'CPU ms per request', digits: 2 },
    { key: 'upMiBs', label: 'requests MiB/s', digits: 0 }
  ],
  ratio: { metric: 'downCpuMillis', to: ['HAProxy'] },
  tokens: () => 1,
  run: bench =>
    withNodeUpstream(bench, 'bodies.ts', async environment => {
      return await interleave(
        bench,
        [sluice(), nginx, haproxy, fastify].map(peer => ({ ...sending(bench, peer), environment }))
      )
    })
}

const sending = (bench: Workbench, peer: Peer): Variant => {
  const { token } = bench
  const times = bench.options.quick ? 50 : 300
  return {
    peer,
    prepare: async target => {
      await untilServing(target, () => download(target.url, token, 1).then(() => true))
      await repeat(target, times, () => download(target.url, token, MIB))
      await repeat(target, times, () => upload(target.url, token, MIB))
    },
    measure: async target => {
      const down = await repeat(target, times, () => download(target.url, token, MIB))
      const up = await repeat(target, times, () => upload(target.url, token, MIB))
      return {
        downCpuMillis: down.cpuMillis,
        downMiBs: down.perSecond,
        upCpuMillis: up.cpuMillis,
        upMiBs: up.perSecond
      }
    }
  }
}

const repeat = async ({ pid }: Target, times: number, transfer: () => Promise<void>) => {
  const cpu = cpuSeconds(pid)
  const startedAt = performance.now()
  let left = times
  const worker = async (): Promise<void> => {
    while (left-- > 0) await transfer()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return {
    cpuMillis: ((cpuSeconds(pid) - cpu) / times) * 1000,
    perSecond: times / ((performance.now() - startedAt) / 1000)
  }
}
