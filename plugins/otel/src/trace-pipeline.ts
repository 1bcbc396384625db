import {
  type Attributes,
  type MeterProvider,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer
} from '@opentelemetry/api'
import { getNumberFromEnv } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  type SpanExporter,
  type SpanLimits,
  TracerProvider
} from '@opentelemetry/sdk-trace'
import type { TraceContext } from '@sluice/plugin-api'
import type { SpanRecord } from './span-record.ts'

/** Takes spans that have ended to an exporter, in batches, from a queue with an end. Nothing of it is global. */
export class TracePipeline {
  readonly #exporter: SpanExporter
  readonly #provider: TracerProvider
  readonly #tracer: Tracer
  readonly #ids = new GivenIds()

  /** `observer` is told of the processor's own metrics. */
  constructor(exporter: SpanExporter, resource: Resource, observer: MeterProvider) {
    this.#exporter = exporter
    const processor = new BatchSpanProcessor({ ...batchLimits(), exporter, selfObsMeterProvider: observer })
    this.#provider = new TracerProvider({
      resource,
      // What comes here was sampled.
      sampler: new AlwaysOnSampler(),
      spanLimits: spanLimits(),
      idGenerator: this.#ids,
      spanProcessors: [processor]
    })
    this.#tracer = this.#provider.getTracer('@sluice/plugin-otel')
  }

  write({
    name,
    kind,
    context,
    parent,
    parentIsRemote,
    links,
    startedAt,
    endedAt,
    attributes,
    error
  }: SpanRecord): void {
    this.#ids.next = context
    const within =
      parent === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { ...spanContext(parent), isRemote: parentIsRemote })
    const options = {
      kind: kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
      startTime: startedAt,
      attributes: present(attributes, error),
      links: links.map(link => ({ context: spanContext(link) }))
    }
    const span = this.#tracer.startSpan(name, options, within)
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endedAt)
  }

  /** Sends what is in the queue, and waits for what was on its way: the provider waits for the queue alone. */
  async flush(): Promise<void> {
    await this.#provider.forceFlush()
    await this.#exporter.forceFlush?.()
  }

  shutdown(): Promise<void> {
    return this.#provider.shutdown()
  }
}

/** Ids were given when it was decided to record, since the upstream has them already. */
class GivenIds implements IdGenerator {
  next: TraceContext | undefined

  generateTraceId(): string {
    return this.next!.traceId
  }

  generateSpanId(): string {
    return this.next!.spanId
  }
}

const spanContext = ({ traceId, spanId, sampled }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE
})

/** Without those that are `undefined`, which the SDK leaves out by itself. */
const present = (attributes: SpanRecord['attributes'], error: string | undefined): Attributes =>
  error === undefined ? attributes : { ...attributes, 'error.type': error }

/** `OTEL_BSP_*`, which the processor does not read itself. */
const batchLimits = () =>
  defined({
    maxQueueSize: positive('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: positive('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    scheduledDelayMillis: positive('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: positive('OTEL_BSP_EXPORT_TIMEOUT')
  })

/** `OTEL_SPAN_*` and `OTEL_ATTRIBUTE_*`, which the provider does not read itself either. */
const spanLimits = (): SpanLimits =>
  defined({
    attributeCountLimit: positive('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? positive('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit:
      positive('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? positive('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    linkCountLimit: positive('OTEL_SPAN_LINK_COUNT_LIMIT')
  })

const positive = (variable: string): number | undefined => {
  const value = getNumberFromEnv(variable)
  return value !== undefined && value > 0 ? value : undefined
}

const defined = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
