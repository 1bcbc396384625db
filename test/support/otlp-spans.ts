import { type KeyValue, readAttributes } from './otlp-attributes.ts'

/** A span as it was received. */
export interface ReceivedSpan {
  readonly name: string
  readonly kind: 'server' | 'client'
  readonly traceId: string
  readonly spanId: string
  /** `undefined` at the root of a trace. */
  readonly parentSpanId: string | undefined
  /** `trace-span` of each. */
  readonly links: readonly string[]
  readonly attributes: Record<string, unknown>
  readonly failed: boolean
  /** Milliseconds. */
  readonly startedAt: number
  readonly durationMs: number
  /** Of the process. */
  readonly resource: Record<string, unknown>
}

interface OtlpSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: Buffer
  readonly spanId: Buffer
  readonly parentSpanId?: Buffer
  readonly links?: readonly { readonly traceId: Buffer; readonly spanId: Buffer }[]
  readonly attributes?: readonly KeyValue[]
  readonly status?: { readonly code?: number }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

interface Request {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

/** Reads a request. @throws Error for a span that a collector would not take */
export const readSpans = (request: object): ReceivedSpan[] =>
  (request as Request).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(span => readSpan(span, readAttributes(resource.attributes))))
  )

const KINDS: Readonly<Record<number, ReceivedSpan['kind']>> = { 2: 'server', 3: 'client' }

const readSpan = (span: OtlpSpan, resource: Record<string, unknown>): ReceivedSpan => {
  const kind = KINDS[span.kind]
  if (kind === undefined) throw new Error(`a span of the kind ${span.kind}`)
  const startedAt = Number(span.startTimeUnixNano) / 1e6
  const durationMs = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6
  if (durationMs < 0) throw new Error('a span ends before it starts')
  const parent = span.parentSpanId
  return {
    name: span.name,
    kind,
    traceId: id(span.traceId, 16),
    spanId: id(span.spanId, 8),
    parentSpanId: parent === undefined || parent.length === 0 ? undefined : id(parent, 8),
    links: (span.links ?? []).map(link => `${id(link.traceId, 16)}-${id(link.spanId, 8)}`),
    attributes: readAttributes(span.attributes),
    failed: span.status?.code === 2,
    startedAt,
    durationMs,
    resource
  }
}

const id = (bytes: Buffer, length: number): string => {
  if (bytes.length !== length || bytes.every(byte => byte === 0)) throw new Error('an id is none')
  return Buffer.from(bytes).toString('hex')
}
