import { interleave } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { sluice } from '../peers/sluice/start.ts'

/** Many MCP servers behind one gateway. */
export const routes: Scenario = {
  name: 'routes',
  title: 'Many routes',
  about: 'The chain on each of 1, 100 and 10,000 routes, all of them called in turn.',
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['1 route'] },
  tokens: () => 500,
  run: async bench => {
    const load = await usualLoad(bench)
    const counts = bench.options.quick ? [1, 100, 1000] : [1, 100, 10_000]
    return interleave(
      bench,
      counts.map(count => {
        const paths = count === 1 ? ['/mcp'] : Array.from({ length: count }, (_, i) => `/r${i}/mcp`)
        const name = `${count} ${count === 1 ? 'route' : 'routes'}`
        const file = bench.write(`paths-${count}.txt`, `${paths.join('\n')}\n`)
        return loadVariant(
          bench,
          sluice(name, 'all called in turn', { routes: count }),
          { ...load, paths: file },
          paths[0]
        )
      })
    )
  }
}
