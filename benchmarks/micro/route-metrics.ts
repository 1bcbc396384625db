import type { Decision } from '@sluice/plugin-api'
import { MetricRegistry } from '../../packages/core/src/metrics/metric-registry.ts'
import { NONE } from '../../packages/core/src/metrics/operation-failure.ts'
import { RouteMetrics } from '../../packages/core/src/metrics/route-metrics.ts'
import type { Case } from './case.ts'

const source = 'packages/core/src/metrics/route-metrics.ts'
const log = { debug() {}, info() {}, warn() {}, error() {} }
const route = 'everything'
const registry = new MetricRegistry()
const metrics = new RouteMetrics(registry.ownedBy({ name: route, labels: { route }, log }), route)
const tools = Array.from({ length: 50 }, (_, i) => ({ name: `tool-${i}` }))
metrics.operations.answered('tools/list', { tools })
const call = { method: 'tools/call', target: 'tool-30' }
const none: readonly Decision[] = []
const refused: readonly Decision[] = [
  { filter: 'everything/scope', outcome: 'deny', code: 'SLUICE_SCOPE_MISSING', reason: '' }
]

const request = (decisions: readonly Decision[]): void => {
  metrics.began()
  metrics.ended('POST', 200, 12.5, decisions)
  metrics.overhead(0.12)
}

export const cases: readonly Case[] = [
  { name: 'record a request', source, run: () => request(none) },
  { name: 'record a request that was refused', source, run: () => request(refused) },
  {
    name: 'record a request and its call of a tool',
    source,
    run: () => {
      request(none)
      metrics.operations.ended(call, NONE, 12.5)
    }
  },
  {
    name: 'record a call of a tool that was made up',
    source,
    run: () => metrics.operations.ended({ method: 'tools/call', target: 'made-up' }, NONE, 12.5)
  }
]
