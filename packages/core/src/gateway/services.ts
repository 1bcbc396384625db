import { randomBytes } from 'node:crypto'
import type { Logger } from '@sluice/plugin-api'
import { Facts } from '../exchange/facts.ts'
import type { FileWatch } from '../files/file-watch.ts'
import { declareAll } from '../metrics/catalogue.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import { SharedValues } from '../shared-values.ts'
import type { Singletons } from '../singletons.ts'
import { OpenExchanges } from './open-exchanges.ts'

/** A logger that can bind fields, as pino's. */
export interface ParentLogger extends Logger {
  child(bindings: object): Logger
  /** Whether lines of a level are written. Default: all are. */
  isLevelEnabled?(level: string): boolean
}

/** What outlives a configuration, of a thread that serves. */
export interface Services extends CommonServices {
  readonly shared: SharedValues
  readonly facts: Facts
  /** Exchanges that are under way. */
  readonly open: OpenExchanges
}

/** What a thread is given to serve with. */
export interface CommonServices {
  readonly log: ParentLogger
  readonly metrics: MetricRegistry
  readonly files: FileWatch
  /** Threads of this process that serve. */
  readonly workers: number
  readonly singletons: Singletons
  /** A secret of this process, for a gateway on a loopback address that was given none. */
  readonly ownSecret: string
}

export const newServices = (common: CommonServices): Services => ({
  ...common,
  shared: new SharedValues(),
  facts: new Facts(),
  open: new OpenExchanges()
})

/**
 * Makes the registry of a gateway, with the core's own metrics.
 *
 * @throws Error where the registry that is handed in has metrics of another gateway; then it is as it was
 */
export const declaredMetrics = (log: ParentLogger, metrics: MetricRegistry): MetricRegistry => {
  try {
    declareAll(metrics.ownedBy({ name: 'gateway', labels: {}, log }))
    return metrics
  } catch (error) {
    metrics.close()
    throw error
  }
}

/** A secret for a process that was given none. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
