import type { IncomingHttpHeaders } from 'node:http'
import type { Deadline, Decision, Endpoint, Exchange, RouteInfo } from '@sluice/plugin-api'

/** What a test may set of an exchange. */
export interface FakeExchangeOptions {
  readonly id?: string
  readonly route?: Partial<RouteInfo>
  readonly endpoint?: Endpoint
  /** Default: POST. */
  readonly method?: string
  /** Default: the route's path. */
  readonly path?: string
  /** Without `?`. Default: empty. */
  readonly query?: string
  /** Name, value, name, value; `headers` follows from it. */
  readonly rawHeaders?: readonly string[]
  readonly clientIp?: string
}

/** An exchange that remembers what a filter did to it. */
export interface FakeExchange extends Exchange {
  /** Those that were set, oldest first. */
  readonly deadlines: readonly Deadline[]
}

/** Makes an exchange that no socket carries. */
export function fakeExchange(options: FakeExchangeOptions = {}): FakeExchange {
  const route = { name: 'everything', path: '/mcp', publicUrl: 'https://mcp.contoso.example/mcp', ...options.route }
  const rawHeaders = options.rawHeaders ?? []
  const decisions: Decision[] = []
  const deadlines: Deadline[] = []
  return {
    id: options.id ?? 'request-1',
    route,
    endpoint: options.endpoint,
    method: options.method ?? 'POST',
    path: options.path ?? route.path,
    query: options.query ?? '',
    rawHeaders,
    headers: firstValues(rawHeaders),
    clientIp: options.clientIp ?? '127.0.0.1',
    decisions,
    decide: decision => void decisions.push(decision),
    deadlines,
    endBy: deadline => void deadlines.push(deadline)
  }
}

function firstValues(rawHeaders: readonly string[]): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {}
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers[rawHeaders[i]!.toLowerCase()] ??= rawHeaders[i + 1]
  return headers
}
