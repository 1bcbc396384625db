import { interleave } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { express } from '../peers/express/start.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { sluice } from '../peers/sluice/start.ts'

/** More than any target remembers, sent in a circle: whoever forgets the least recently used has forgotten each. */
const TOKENS = 20_000

/** No token was seen before. */
export const newTokens: Scenario = {
  name: 'new-tokens',
  title: 'Every token new',
  about: `The same load with ${TOKENS} tokens in a circle: more than Sluice (10,000) and fast-jwt (1,000) remember, so that every request brings one to verify.`,
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['HAProxy', 'fastify', 'express'] },
  tokens: () => TOKENS,
  run: async bench => {
    const load = await usualLoad(bench, TOKENS)
    return interleave(
      bench,
      [sluice(), haproxy, fastify, express].map(peer => loadVariant(bench, peer, load))
    )
  }
}
