import { randomBytes } from 'node:crypto'
import type { Logger } from '@sluice/plugin-api'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import { PATIENCE } from '../config/load.ts'
import { declareAll } from '../metrics/catalogue.ts'
import { Facts } from '../exchange/facts.ts'
import { FileWatch } from '../files/file-watch.ts'
import { SharedValues } from '../shared-values.ts'
import { OpenExchanges } from './open-exchanges.ts'

/** A logger that can bind fields, as pino's. */
export interface ParentLogger extends Logger {
  child(bindings: object): Logger
  /** Whether lines of a level are written. Default: all are. */
  isLevelEnabled?(level: string): boolean
}

/** What outlives a configuration. */
export interface Services {
  readonly log: ParentLogger
  readonly metrics: MetricRegistry
  readonly shared: SharedValues
  readonly facts: Facts
  /** Exchanges that are under way. */
  readonly open: OpenExchanges
  readonly files: FileWatch
  /** A secret of this process, for a gateway on a loopback address that was given none. */
  readonly ownSecret: string
}

/**
 * Files are looked at every `lookMs` milliseconds.
 *
 * @throws Error where the registry has metrics of another gateway; then it is as it was
 */
export const newServices = (log: ParentLogger, metrics: MetricRegistry, lookMs = PATIENCE.lookMs): Services => {
  try {
    declareAll(metrics.ownedBy({ name: 'gateway', labels: {}, log }))
  } catch (error) {
    metrics.close()
    throw error
  }
  return {
    log,
    metrics,
    shared: new SharedValues(),
    facts: new Facts(),
    open: new OpenExchanges(),
    files: new FileWatch(lookMs),
    ownSecret: randomBytes(32).toString('base64url')
  }
}
