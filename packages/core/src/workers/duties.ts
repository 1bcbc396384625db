import type { Logger } from '@sluice/plugin-api'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import type { Singletons } from '../singletons.ts'
import type { FromWorker } from './messages.ts'

/** What the main thread does for a worker. */
export interface Duties {
  readonly log: Logger
  readonly metrics: MetricRegistry
  readonly singletons: Singletons
}

/** Does what a worker says. */
export const perform = (message: FromWorker, worker: number, { log, metrics, singletons }: Duties): unknown => {
  switch (message.kind) {
    case 'log':
      return log[message.level](message.fields, message.message)
    case 'series':
      return metrics.mirror(worker, message.made)
    case 'hold':
      return singletons.hold(message.which, message.options)
    case 'release':
      return singletons.release(message.which)
    case 'ask':
      return singletons.ask(message.which, message.question)
    case 'readiness':
      return undefined
  }
}
