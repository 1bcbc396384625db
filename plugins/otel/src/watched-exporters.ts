import type { Counter } from '@sluice/plugin-api'
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import type { CollectorWatch } from './collector-watch.ts'

type Done = (result: ExportResult) => void

/** Counts the spans that an exporter exports. */
export class WatchedSpanExporter implements SpanExporter {
  readonly #exporter: SpanExporter
  readonly #watch: CollectorWatch
  readonly #counted: Record<'exported' | 'failed' | 'failures', Counter>

  constructor(
    exporter: SpanExporter,
    watch: CollectorWatch,
    counted: Record<'exported' | 'failed' | 'failures', Counter>
  ) {
    this.#exporter = exporter
    this.#watch = watch
    this.#counted = counted
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#exporter.export(spans, result => {
      const taken = result.code === ExportResultCode.SUCCESS
      this.#counted[taken ? 'exported' : 'failed'].add(spans.length)
      if (taken) this.#watch.taken()
      else {
        this.#counted.failures.add()
        this.#watch.refused(result.error)
      }
      // The processor has nobody else to tell.
      done({ code: ExportResultCode.SUCCESS })
    })
  }

  /** Waits for what is on its way. */
  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.()
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown()
  }
}

/** Tells how exports of metrics went. */
export class WatchedMetricExporter implements PushMetricExporter {
  readonly #exporter: PushMetricExporter
  readonly #watch: CollectorWatch
  readonly #failures: Counter

  constructor(exporter: PushMetricExporter, watch: CollectorWatch, failures: Counter) {
    this.#exporter = exporter
    this.#watch = watch
    this.#failures = failures
  }

  export(metrics: ResourceMetrics, done: Done): void {
    this.#exporter.export(metrics, result => {
      if (result.code === ExportResultCode.SUCCESS) this.#watch.taken()
      else {
        this.#failures.add()
        this.#watch.refused(result.error)
      }
      done({ code: ExportResultCode.SUCCESS })
    })
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush()
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown()
  }
}
