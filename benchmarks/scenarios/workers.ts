import { interleave } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { sluice } from '../peers/sluice/start.ts'

/** Whether a worker more costs more than it brings. */
export const workers: Scenario = {
  name: 'workers',
  title: 'Workers',
  about:
    'One thread and two that share the port, with and without a limit that both count. Where load and upstream take a core of two, what can be compared is the CPU of a request; requests per second grow where there are cores to spare.',
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['1 worker'] },
  tokens: () => 500,
  run: async bench => {
    const load = await usualLoad(bench)
    const limit = [{ 'rate-limit': { by: 'principal', limit: 1_000_000, per: '1m' } }]
    return interleave(
      bench,
      [1, 2].flatMap(count => {
        const name = `${count} ${count === 1 ? 'worker' : 'workers'}`
        return [
          loadVariant(bench, sluice(name, 'the chain', { workers: count }), load),
          loadVariant(bench, sluice(`${name}, limited`, 'with rate-limit', { workers: count, more: limit }), load)
        ]
      })
    )
  }
}
