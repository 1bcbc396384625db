import { type CatalogueEntry, metricCatalogue } from '@sluice/core'
import { metrics as auditMetrics } from '../../plugins/audit/src/metrics.ts'
import { metrics as authzMetrics } from '../../plugins/authz/src/metrics.ts'
import { metrics as authMetrics } from '../../plugins/jwt-entra/src/metrics.ts'
import { metrics as otelMetrics } from '../../plugins/otel/src/metrics.ts'
import { metrics as limitMetrics } from '../../plugins/rate-limit/src/metrics.ts'
import { metrics as revocationMetrics } from '../../plugins/revocation/src/metrics.ts'

/** Every metric of the house, by who records it. */
export const catalogues: readonly (readonly [string, Readonly<Record<string, CatalogueEntry>>])[] = [
  ['The gateway itself', metricCatalogue],
  ['jwt-entra', authMetrics],
  ['authz', authzMetrics],
  ['rate-limit', limitMetrics],
  ['audit', auditMetrics],
  ['otel', otelMetrics],
  ['revocation', revocationMetrics]
]
