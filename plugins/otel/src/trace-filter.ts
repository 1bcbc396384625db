import type {
  Exchange,
  Fact,
  Filter,
  Finish,
  McpRequest,
  McpResult,
  PluginContext,
  RequestHead,
  ResponseHead,
  TraceContext
} from '@sluice/plugin-api'
import type { OtelConfig } from './config.ts'
import type { Environment } from './environment.ts'
import { exchangeSpans } from './exchange-spans.ts'
import { ExchangeTrace } from './exchange-trace.ts'
import { NOTHING_INCOMING, readIncoming } from './incoming.ts'
import { metaOf } from './meta.ts'
import { OwnAttributes } from './own-attributes.ts'
import { publicAddress } from './public-address.ts'
import { RandomIds } from './random-ids.ts'
import { type Sampler, samplers } from './sampler.ts'
import type { SpanAttributes } from './span-record.ts'
import type { Telemetry } from './telemetry.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

/** Decides what is recorded, tells the upstream, and has the spans written once an exchange is over. */
export class TraceFilter implements Filter {
  readonly mcp: NonNullable<Filter['mcp']>
  readonly #telemetry: Telemetry
  readonly #sampler: Sampler
  readonly #continues: boolean
  readonly #propagates: boolean
  readonly #passes: { readonly tracestate: boolean; readonly baggage: boolean }
  readonly #address: SpanAttributes
  readonly #attributes: OwnAttributes
  readonly #ids = new RandomIds()
  readonly #fact: Fact<TraceContext>
  readonly #trace: Fact<ExchangeTrace>

  constructor(config: Readonly<OtelConfig>, environment: Environment, telemetry: Telemetry, ctx: PluginContext) {
    const { sample, attributes, messages, parents, pass } = config
    this.mcp = { requests: ['*'], results: ['*'], ...(messages ? undefined : { ifRead: true }) }
    this.#telemetry = telemetry
    this.#sampler = sample === undefined ? environment.sampler : samplers.parentbased_traceidratio(sample)
    this.#continues = parents === 'any'
    this.#propagates = environment.propagates
    this.#passes = {
      tracestate: this.#continues && pass.includes('tracestate'),
      baggage: pass.includes('baggage') || environment.passesBaggage
    }
    this.#address = publicAddress(ctx.route)
    this.#attributes = new OwnAttributes(attributes, ctx.fact('principal'))
    this.#fact = ctx.fact('trace')
    this.#trace = ctx.perExchange()
  }

  onRequest(x: Exchange): undefined {
    const incoming = this.#propagates ? readIncoming(x.rawHeaders) : NOTHING_INCOMING
    const parent = this.#continues ? incoming.parent : undefined
    const context = this.#begin(parent)
    this.#trace.set(x, new ExchangeTrace(incoming, context, parent))
    this.#fact.set(x, context)
  }

  onMcpRequest(message: McpRequest, x: Exchange): undefined {
    const trace = this.#trace.get(x)
    if (trace === undefined || message.kind === 'response') return
    trace.messages++
    const caller = this.#propagates ? parseTraceparent(metaOf(message)?.['traceparent']) : undefined
    const parent = caller !== undefined && this.#continues ? caller : trace.context
    if (!(parent === caller ? this.#sampler(caller, caller.traceId) : parent.sampled)) return
    const server = { traceId: parent.traceId, spanId: this.#ids.spanId(), sampled: true }
    const client = { ...server, spanId: this.#ids.spanId() }
    const linked = parent === caller ? trace.context : caller
    trace.operations ??= []
    trace.operations.push({
      method: message.method,
      target: message.target,
      id: message.kind === 'request' ? message.id : undefined,
      protocolVersion: message.protocolVersion,
      server,
      parent,
      parentIsRemote: parent === caller,
      links: linked === undefined || (linked === trace.context && !linked.sampled) ? [] : [linked],
      client,
      startedAt: performance.now()
    })
    if (message.batch.length === 1) this.#fact.set(x, server)
    if (this.#propagates) this.#tell(message, client)
  }

  onUpstream(head: RequestHead, x: Exchange): undefined {
    const trace = this.#trace.get(x)
    if (trace === undefined) return
    if (trace.isRecorded) trace.forwardedAt = performance.now()
    const client = this.#clientOf(trace)
    if (!this.#propagates) return
    const { incoming, parent, context } = trace
    // Of a trace that nobody records the header goes on as it came.
    if (client !== undefined || context !== parent) head.set('traceparent', formatTraceparent(client ?? context))
    if (incoming.tracestate && (parent === undefined || !this.#passes.tracestate)) head.delete('tracestate')
    if (incoming.baggage && !this.#passes.baggage) head.delete('baggage')
  }

  onResponse({ source, status }: ResponseHead, x: Exchange): void {
    const trace = this.#trace.get(x)
    if (trace !== undefined && source === 'upstream') trace.upstreamStatus = status
  }

  onMcpResult({ request, id }: McpResult, x: Exchange): undefined {
    const operations = request === null ? undefined : this.#trace.get(x)?.operations
    const operation = operations?.find(asked => asked.id === id)
    if (operation !== undefined) operation.endedAt = performance.now()
  }

  onFinish(end: Finish, x: Exchange): void {
    const trace = this.#trace.get(x)
    this.#telemetry.used()
    if (trace === undefined || !trace.isRecorded) return
    const newSpanId = (): string => this.#ids.spanId()
    const spans = exchangeSpans({ x, trace, end, address: this.#address, own: this.#attributes.of(x), newSpanId })
    for (const span of spans) this.#telemetry.write(span)
  }

  onClose(): Promise<void> {
    return this.#telemetry.flush()
  }

  /** The span of the request; where it is not recorded the caller's context, or that of a trace that nobody records. */
  #begin(parent: TraceContext | undefined): TraceContext {
    if (parent === undefined) {
      const traceId = this.#ids.traceId()
      return { traceId, spanId: this.#ids.spanId(), sampled: this.#sampler(undefined, traceId) }
    }
    const { traceId } = parent
    const sampled = this.#sampler(parent, traceId)
    return sampled || parent.sampled ? { traceId, spanId: this.#ids.spanId(), sampled } : parent
  }

  /** Names the span to the upstream. What the caller's tracing system noted for its own trace has no place in another. */
  #tell(message: McpRequest, client: TraceContext): void {
    message.setMeta('traceparent', formatTraceparent(client))
    if (!this.#continues && metaOf(message)?.['tracestate'] !== undefined) message.setMeta('tracestate', undefined)
  }

  /** The span that the upstream's is a child of, if one is recorded: the operation's, or else the HTTP request's. */
  #clientOf(trace: ExchangeTrace): TraceContext | undefined {
    const { context, operations, messages } = trace
    if (messages === 1 && operations !== undefined) return operations[0]!.client
    if (context.sampled) trace.client = { ...context, spanId: this.#ids.spanId() }
    return trace.client
  }
}
