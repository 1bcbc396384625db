import { metricCatalogue } from '@sluice/core'
import { metrics as authMetrics } from '../../plugins/jwt-entra/src/metrics.ts'
import { metrics as limitMetrics } from '../../plugins/rate-limit/src/metrics.ts'

/** A metric as a catalogue declares it. */
export interface Declared {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly buckets?: readonly number[]
  readonly use: string
}

/** Every metric of the house, by who records it. */
export const catalogues: readonly (readonly [string, Readonly<Record<string, Declared>>])[] = [
  ['The gateway itself', metricCatalogue],
  ['jwt-entra', authMetrics],
  ['rate-limit', limitMetrics]
]
