import type { Logger } from '@sluice/plugin-api'
import type { MetricRegistry } from '../admin/metrics.ts'
import type { ReadinessBoard } from '../admin/readiness.ts'
import type { Facts } from '../exchange/facts.ts'
import type { SharedValues } from '../shared-values.ts'

/** A logger that can bind fields, as pino's. */
export interface ParentLogger extends Logger {
  child(bindings: object): Logger
}

/** What outlives a configuration. */
export interface Services {
  readonly log: ParentLogger
  readonly metrics: MetricRegistry
  readonly readiness: ReadinessBoard
  readonly shared: SharedValues
  readonly facts: Facts
}
