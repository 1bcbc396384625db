import { randomBytes } from 'node:crypto'
import type { Logger } from '@sluice/plugin-api'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import { declareAll } from '../metrics/catalogue.ts'
import { Facts } from '../exchange/facts.ts'
import { SharedValues } from '../shared-values.ts'

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
  /** A secret of this process, for a gateway on a loopback address that was given none. */
  readonly ownSecret: string
}

/** @throws Error where the registry has metrics of another gateway; then it is as it was */
export const newServices = (log: ParentLogger, metrics: MetricRegistry): Services => {
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
    ownSecret: randomBytes(32).toString('base64url')
  }
}
