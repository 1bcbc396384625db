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
  if (message.kind === 'ask') return singletons.ask(message.which, message.question)
  if (message.kind === 'log') log[message.level](message.fields, message.message)
  else if (message.kind === 'series') metrics.mirror(worker, message.made)
  else if (message.kind === 'hold') singletons.hold(message.which, message.options)
  else if (message.kind === 'release') singletons.release(message.which)
  return undefined
}
