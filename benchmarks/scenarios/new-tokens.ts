import { interleave, type Variant } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { testimony, withWitness } from '../harness/testimony.ts'
import { usualLoad, type Workbench } from '../harness/workbench.ts'
import type { Load } from '../harness/wrk.ts'
import { express } from '../peers/express/start.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { jose } from '../peers/jose/variant.ts'
import { sluice } from '../peers/sluice/start.ts'

/** More than any target remembers, sent in a circle: whoever forgets the least recently used has forgotten each. */
const TOKENS = 20_000

/** No token was seen before. */
export const newTokens: Scenario = {
  name: 'new-tokens',
  title: 'Every token new',
  about: `The same load with ${TOKENS} tokens in a circle: more than Sluice (10,000) and fast-jwt (1,000) remember, so that every request brings one to verify. Beside it what Sluice takes for 500 tokens that it remembers, and what jose takes for a token without any gateway. How long the event loop was held up is what timers see, at a full load, with everything else that the machine does.`,
  metrics: [
    ...LOAD_METRICS,
    { key: 'loopP99Ms', label: 'loop held up ms, p99', digits: 1 },
    { key: 'loopMaxMs', label: 'at most', digits: 1 }
  ],
  ratio: { metric: 'cpuMicros', to: ['HAProxy', 'fastify', 'express'] },
  tokens: () => TOKENS,
  run: async bench => {
    const load = await usualLoad(bench, TOKENS)
    const remembered = sluice('Sluice, tokens remembered', 'origin, prm, jwt-entra, scope')
    return interleave(bench, [
      witnessed(bench, load),
      loadVariant(bench, remembered, await usualLoad(bench)),
      jose(bench, load.tokens),
      ...[haproxy, fastify, express].map(peer => loadVariant(bench, peer, load))
    ])
  }
}

/** Sluice, and how long its event loop was held up. */
const witnessed = (bench: Workbench, load: Load): Variant => {
  const file = bench.write('witness.json', '')
  const variant = loadVariant(bench, sluice('Sluice', 'every token new', {}, { node: [withWitness(file)] }), load)
  return {
    ...variant,
    measure: async (target, round) => {
      // What lies before is no matter of this round.
      await testimony(target, file)
      const sample = await variant.measure(target, round)
      const { loopP99Ms, loopMaxMs } = await testimony(target, file)
      return { ...sample, loopP99Ms, loopMaxMs }
    }
  }
}
