import { getNumberFromEnv } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import {
  type CollectionResult,
  type MetricProducer,
  PeriodicExportingMetricReader,
  type PushMetricExporter
} from '@opentelemetry/sdk-metrics'
import type { Metrics } from '@sluice/plugin-api'
import { metricData } from './metric-data.ts'

const MINUTE_MS = 60_000
const TIMEOUT_MS = 30_000

/** Takes the gateway's metrics to an exporter, once in a while: they are counted already, and read when it is time. */
export class MetricPipeline implements MetricProducer {
  readonly #reader: PeriodicExportingMetricReader
  readonly #resource: Resource
  readonly #metrics: Metrics
  readonly #startedAt = Date.now()
  #state: 'waiting' | 'running' | 'closed' = 'waiting'

  constructor(exporter: PushMetricExporter, resource: Resource, metrics: Metrics) {
    const exportIntervalMillis = positive('OTEL_METRIC_EXPORT_INTERVAL') ?? MINUTE_MS
    const exportTimeoutMillis = Math.min(positive('OTEL_METRIC_EXPORT_TIMEOUT') ?? TIMEOUT_MS, exportIntervalMillis)
    this.#reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis })
    this.#resource = resource
    this.#metrics = metrics
  }

  /** Begins to export. */
  start(): void {
    if (this.#state !== 'waiting') return
    this.#state = 'running'
    this.#reader.setMetricProducer(this)
  }

  async flush(): Promise<void> {
    if (this.#state === 'running') await this.#reader.forceFlush()
  }

  /** Exports nothing more: that was the flush before. */
  async shutdown(): Promise<void> {
    this.#state = 'closed'
    await this.#reader.shutdown()
  }

  /** What the reader asks for when it is time. */
  async collect(): Promise<CollectionResult> {
    const metrics = this.#state === 'closed' ? [] : metricData(this.#metrics.read(), this.#startedAt, Date.now())
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: '@sluice/plugin-otel' }, metrics }]
    return { resourceMetrics: { resource: this.#resource, scopeMetrics }, errors: [] }
  }
}

const positive = (variable: string): number | undefined => {
  const value = getNumberFromEnv(variable)
  return value !== undefined && value > 0 ? value : undefined
}
