import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { ConsoleMetricExporter, type PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace'
import type { Counter, PluginContext } from '@sluice/plugin-api'
import { CollectorWatch } from './collector-watch.ts'
import { droppedSpans } from './dropped-spans.ts'
import type { Environment } from './environment.ts'
import { MetricPipeline } from './metric-pipeline.ts'
import { metrics } from './metrics.ts'
import { detectResource } from './resource.ts'
import type { SpanRecord } from './span-record.ts'
import { TracePipeline } from './trace-pipeline.ts'
import { WatchedMetricExporter, WatchedSpanExporter } from './watched-exporters.ts'

/** Milliseconds for what is left when the gateway stops. */
const FLUSH_MS = 5000

/** What sends spans and metrics to a collector: one for all entries, routes and configurations of a gateway. */
export class Telemetry {
  readonly #traces: TracePipeline | undefined
  readonly #metrics: MetricPipeline | undefined
  readonly #log: PluginContext['log']
  #flushing: Promise<void> | undefined

  constructor(environment: Environment, { log, metrics: own }: PluginContext) {
    this.#log = log
    const resource = detectResource()
    const spans = own.counter(metrics.spans.name, metrics.spans.help, Object.keys(metrics.spans.labels))
    const failures = own.counter(metrics.failures.name, metrics.failures.help, Object.keys(metrics.failures.labels))
    const exporter = spanExporter(environment)
    if (exporter !== undefined) {
      const counted: Record<'exported' | 'failed' | 'failures', Counter> = {
        exported: spans.series('exported'),
        failed: spans.series('failed'),
        failures: failures.series('traces')
      }
      const watched = new WatchedSpanExporter(exporter, new CollectorWatch('traces', log), counted)
      this.#traces = new TracePipeline(watched, resource, droppedSpans(spans.series('dropped')))
    }
    const metricsTo = metricExporter(environment)
    if (metricsTo !== undefined) {
      const watched = new WatchedMetricExporter(
        metricsTo,
        new CollectorWatch('metrics', log),
        failures.series('metrics')
      )
      this.#metrics = new MetricPipeline(watched, resource, own)
    }
  }

  /** Something has happened that is worth to be told: metrics are sent from now on. */
  used(): void {
    this.#metrics?.start()
  }

  write(span: SpanRecord): void {
    this.#traces?.write(span)
  }

  /** Sends what is left, for a while. One flush for all who ask at the same time. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined))
    return this.#flushing
  }

  async shutdown(): Promise<void> {
    await Promise.all([this.#traces?.shutdown(), this.#metrics?.shutdown()])
  }

  async #flush(): Promise<void> {
    const late = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => late.resolve('late'), FLUSH_MS)
    const flushed = Promise.allSettled([this.#traces?.flush(), this.#metrics?.flush()])
    if ((await Promise.race([flushed, late.promise])) === 'late')
      this.#log.warn({ withinMs: FLUSH_MS }, 'the collector did not take the last telemetry in time; it is lost')
    clearTimeout(timer)
  }
}

const spanExporter = ({ traces, tracesProtocol }: Environment): SpanExporter | undefined => {
  if (traces === undefined) return undefined
  if (traces === 'console') return new ConsoleSpanExporter()
  return tracesProtocol === 'http/json' ? new JsonTraceExporter() : new OTLPTraceExporter()
}

const metricExporter = ({ metrics: to, metricsProtocol }: Environment): PushMetricExporter | undefined => {
  if (to === undefined) return undefined
  if (to === 'console') return new ConsoleMetricExporter()
  return metricsProtocol === 'http/json' ? new JsonMetricExporter() : new OTLPMetricExporter()
}
