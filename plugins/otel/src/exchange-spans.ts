import type { Decision, Exchange, Finish, McpCall, TraceContext } from '@sluice/plugin-api'
import type { EndedExchange } from './ended-exchange.ts'
import { namedOperation } from './named-operation.ts'
import { type Operation, operationAttributes, operationError, operationName } from './operation.ts'
import type { SpanAttributes, SpanRecord } from './span-record.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'QUERY'])
const LONGEST_PATH = 256

/** The spans of an exchange that is over: of the HTTP request, of each MCP operation, and of what went to the upstream. */
export const exchangeSpans = (ended: EndedExchange): SpanRecord[] => {
  const { x, trace, end } = ended
  const clock = new Clock()
  const failure = failureOf(x, end)
  const spans: SpanRecord[] = []
  if (trace.context.sampled) spans.push(httpServerSpan(ended, clock))
  for (const operation of trace.operations ?? []) spans.push(...operationSpans(operation, ended, clock, failure))
  const named = trace.messages === 0 ? namedOperation(ended) : undefined
  if (named !== undefined) spans.push(...operationSpans(named, ended, clock, failure))
  else if (trace.client !== undefined) spans.push(httpClientSpan(trace.client, ended, clock, failure))
  return spans
}

/** Turns times of `performance.now()` into those of the day. */
class Clock {
  readonly now = Date.now()
  readonly #offset = this.now - performance.now()

  at(time: number): number {
    return time + this.#offset
  }
}

const httpServerSpan = ({ x, trace, end, address, own }: EndedExchange, clock: Clock): SpanRecord => {
  const { method, path, route, endpoint } = x
  const template = endpoint?.path ?? (route.name === '-' ? undefined : route.path)
  const { status, ended } = end
  return {
    name: template === undefined ? httpName(method) : `${httpName(method)} ${template}`,
    kind: 'server',
    context: trace.context,
    parent: trace.parent,
    parentIsRemote: true,
    links: trace.parent === undefined && trace.incoming.parent !== undefined ? [trace.incoming.parent] : [],
    startedAt: clock.at(trace.startedAt),
    endedAt: clock.now,
    attributes: {
      'http.request.method': httpMethod(method),
      'http.route': template,
      'http.response.status_code': status === 0 ? undefined : status,
      'url.path': path.slice(0, LONGEST_PATH),
      ...address,
      ...gatewayAttributes(x),
      ...own
    },
    error: ended === 'complete' ? (status >= 500 ? String(status) : undefined) : ended
  }
}

const httpClientSpan = (
  context: TraceContext,
  { x, trace }: EndedExchange,
  clock: Clock,
  failure: string | undefined
): SpanRecord => ({
  name: httpName(x.method),
  kind: 'client',
  context,
  parent: trace.context,
  parentIsRemote: false,
  links: [],
  startedAt: clock.at(trace.forwardedAt),
  endedAt: clock.now,
  attributes: {
    'http.request.method': httpMethod(x.method),
    'http.response.status_code': trace.upstreamStatus === 0 ? undefined : trace.upstreamStatus
  },
  error: trace.upstreamStatus >= 400 ? String(trace.upstreamStatus) : failure
})

const operationSpans = (
  operation: Operation,
  { x, trace, end, own }: EndedExchange,
  clock: Clock,
  failure: string | undefined
): SpanRecord[] => {
  const call = callOf(operation, end)
  const name = operationName(operation)
  const attributes = operationAttributes(operation, call)
  const endedAt = operation.endedAt === undefined ? clock.now : clock.at(operation.endedAt)
  const server: SpanRecord = {
    name,
    kind: 'server',
    context: operation.server,
    parent: operation.parent,
    parentIsRemote: operation.parentIsRemote,
    links: operation.links,
    startedAt: clock.at(operation.startedAt),
    endedAt,
    attributes: { ...attributes, ...gatewayAttributes(x), ...own },
    error: operationError(call, 'server', failure)
  }
  if (trace.forwardedAt === 0) return [server]
  const client: SpanRecord = {
    name,
    kind: 'client',
    context: operation.client,
    parent: operation.server,
    parentIsRemote: false,
    links: [],
    startedAt: clock.at(trace.forwardedAt),
    endedAt,
    attributes,
    error: operationError(call, 'client', failure)
  }
  return [server, client]
}

const callOf = ({ id }: Operation, { calls }: Finish): McpCall | undefined =>
  id === undefined ? undefined : calls.find(call => call.id === id)

/** How the exchange failed as a whole, as `error.type`. */
const failureOf = ({ decisions }: Exchange, { ended, status }: Finish): string | undefined => {
  if (ended !== 'complete') return ended
  if (decisions.some(({ outcome }) => outcome === 'deny')) return 'refused'
  return status >= 400 ? String(status) : undefined
}

/** What finds the exchange in the log, and says what was decided about it. */
const gatewayAttributes = ({ id, route, decisions }: Exchange): SpanAttributes => ({
  'sluice.request.id': id,
  'sluice.route': route.name,
  'sluice.code': decisions.findLast(isRefusal)?.code
})

const isRefusal = ({ outcome }: Decision): boolean => outcome === 'deny' || outcome === 'error'

const httpMethod = (method: string): string => (METHODS.has(method) ? method : '_OTHER')
const httpName = (method: string): string => (METHODS.has(method) ? method : 'HTTP')
