import { cpuSeconds } from '../harness/cpu.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import type { Peer } from '../harness/peer.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad, type Workbench } from '../harness/workbench.ts'
import { expectSuccess, type Load, wrk } from '../harness/wrk.ts'
import { express } from '../peers/express/start.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { sluice } from '../peers/sluice/start.ts'

const TOKENS = 500

/** Somebody sends tokens with false signatures while others work. */
export const invalidTokens: Scenario = {
  name: 'invalid-tokens',
  title: 'A flood of invalid tokens',
  about:
    '32 connections with good tokens, alone, and then beside 32 more that send well-formed tokens with false signatures as fast as they are refused: what the good ones keep. A closed loop: a target that refuses faster is also sent more.',
  metrics: [
    { key: 'alone', label: 'good/s alone', digits: 0 },
    { key: 'beside', label: 'good/s beside the flood', digits: 0 },
    { key: 'kept', label: 'kept %', digits: 0 },
    { key: 'p99Ms', label: 'p99 ms of the good', digits: 1 },
    { key: 'refused', label: 'refused/s', digits: 0 },
    { key: 'cpuMicros', label: 'CPU µs/request, both kinds', digits: 0 }
  ],
  tokens: () => TOKENS,
  run: async bench => {
    const good = await usualLoad(bench, TOKENS)
    const forged = { ...good, tokens: await bench.pool.forgedFile(TOKENS) }
    return interleave(
      bench,
      [sluice(), haproxy, fastify, express].map(peer => flooded(bench, peer, good, forged))
    )
  }
}

const flooded = (bench: Workbench, peer: Peer, good: Load, forged: Load): Variant => {
  const variant = loadVariant(bench, peer, good)
  return {
    peer,
    prepare: async target => {
      await variant.prepare(target)
      // A compiler that has not seen refusals is what would be measured.
      await wrk(target.url, forged)
    },
    measure: async ({ url, pid }) => {
      const alone = await wrk(url, good)
      const before = cpuSeconds(pid)
      const [beside, flood] = await Promise.all([wrk(url, good), wrk(url, forged)])
      const used = cpuSeconds(pid) - before
      for (const result of [alone, beside]) expectSuccess(peer.name, result)
      if (flood.refused !== flood.requests)
        throw new Error(`${peer.name} let ${flood.requests - flood.refused} forged tokens pass`)
      const perSecond = { alone: alone.requests / alone.seconds, beside: beside.requests / beside.seconds }
      return {
        ...perSecond,
        kept: (perSecond.beside / perSecond.alone) * 100,
        p99Ms: beside.p99Ms,
        refused: flood.refused / flood.seconds,
        cpuMicros: (used / (beside.requests + flood.requests)) * 1e6
      }
    }
  }
}
