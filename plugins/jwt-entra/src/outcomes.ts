import type { Counter, PluginContext } from '@sluice/plugin-api'
import type { RefusalCode } from './codes.ts'
import { metrics as declared } from './metrics.ts'

/** Counts how authentication ends on a route. */
export interface Outcomes {
  readonly allowed: Counter
  readonly anonymous: Counter
  refused(code: RefusalCode): void
}

/** Binds `sluice_auth_outcomes_total` to the route; the series of a refusal at its first occurrence. */
export function countOutcomes({ metrics, route }: PluginContext): Outcomes {
  const { name, help, labels } = declared.outcomes
  const total = metrics.counter(name, help, Object.keys(labels))
  const refused = new Map<RefusalCode, Counter>()
  return {
    allowed: total.series(route.name, 'allow'),
    anonymous: total.series(route.name, 'anonymous'),
    refused(code) {
      let counter = refused.get(code)
      if (counter === undefined) refused.set(code, (counter = total.series(route.name, code)))
      counter.add()
    }
  }
}
