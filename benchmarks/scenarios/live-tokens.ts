import { interleave } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { sluice } from '../peers/sluice/start.ts'

const MOST = 100_000
const MOST_IF_QUICK = 20_000

/** Many people at once. */
export const liveTokens: Scenario = {
  name: 'live-tokens',
  title: 'Many live tokens',
  about: 'The chain with `cache: { max: 200000 }`, and 1 to 100,000 tokens in turn, all of them remembered.',
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['1 token'] },
  tokens: quick => (quick ? MOST_IF_QUICK : MOST),
  run: async bench => {
    const { quick } = bench.options
    const counts = quick ? [1, MOST_IF_QUICK] : [1, 500, 10_000, MOST]
    const variants = []
    for (const count of counts) {
      const load = await usualLoad(bench, count)
      const peer = sluice(`${count} ${count === 1 ? 'token' : 'tokens'}`, 'all remembered', { cacheMax: 2 * MOST })
      // Each must be verified before anything is measured.
      variants.push(loadVariant(bench, peer, load, '/mcp', count))
    }
    return interleave(bench, variants)
  }
}
