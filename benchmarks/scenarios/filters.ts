import { interleave } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { onlyFilters } from '../peers/sluice/start.ts'

/** What each filter adds. scope needs the principal of jwt-entra. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  'no filter': [],
  origin: ['origin'],
  prm: ['prm'],
  'jwt-entra': ['jwt-entra'],
  'jwt-entra, scope': ['jwt-entra', 'scope'],
  'origin, prm, jwt-entra, scope': ['origin', 'prm', 'jwt-entra', 'scope']
}

/** Sluice with one filter, and with all. */
export const filters: Scenario = {
  name: 'filters',
  title: 'Each filter alone',
  about:
    'The same load on the core with the named filters and no other (the command puts origin in front of every chain).',
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['no filter'] },
  tokens: () => 500,
  run: async bench => {
    const load = await usualLoad(bench)
    return interleave(
      bench,
      Object.entries(CHAINS).map(([name, filters]) => loadVariant(bench, onlyFilters(name, filters), load))
    )
  }
}
