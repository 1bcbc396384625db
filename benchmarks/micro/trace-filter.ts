import type { Finish, McpRequest, PluginContext } from '@sluice/plugin-api'
import type { LiveExchange } from '../../packages/core/src/exchange/exchange.ts'
import { Facts } from '../../packages/core/src/exchange/facts.ts'
import { ownCell } from '../../packages/core/src/exchange/own-cell.ts'
import { HeaderLines } from '../../packages/core/src/http/header-lines.ts'
import { readEnvironment } from '../../plugins/otel/src/environment.ts'
import type { Telemetry } from '../../plugins/otel/src/telemetry.ts'
import { TraceFilter } from '../../plugins/otel/src/trace-filter.ts'
import type { Case } from './case.ts'
import { REQUEST } from './headers.ts'

const source = 'plugins/otel/src/trace-filter.ts'
const config = { sample: 0, attributes: {}, messages: true, parents: 'any', pass: [] } as const
const nothing = (): void => {}
const facts = new Facts()
const ctx = {
  route: { name: 'everything', path: '/mcp', publicUrl: 'https://mcp.contoso.example/mcp' },
  fact: facts.fact.bind(facts),
  perExchange: () => ownCell(0),
  log: { warn: nothing }
} as never as PluginContext
const written = { spans: 0 }
const telemetry = { used: nothing, write: () => void written.spans++ } as never as Telemetry
const filter = new TraceFilter(config, readEnvironment({}, ctx.log), telemetry, ctx)
const end = { status: 200, durationMs: 1, ended: 'complete', calls: [] } as never as Finish
const message = { kind: 'request', method: 'tools/call', params: { name: 'search' }, batch: [] } as never as McpRequest

/** All that the filter does for a request of which nothing is recorded, and for its message. */
const unsampled = (rawHeaders: readonly string[]) => () => {
  const x = { rawHeaders, cells: facts.cells(), own: undefined } as never as LiveExchange
  const head = new HeaderLines([...rawHeaders]) as never as Parameters<TraceFilter['onUpstream']>[0]
  filter.onRequest(x)
  filter.onMcpRequest(message, x)
  filter.onUpstream(head, x)
  filter.onResponse({ source: 'upstream', status: 200 } as never, x)
  filter.onFinish(end, x)
  if (written.spans > 0) throw new Error('A span was written')
  return x
}

/** The same without the filter: what is made anyway. */
const nothingDone = (rawHeaders: readonly string[]) => () => {
  const x = { rawHeaders, cells: facts.cells(), own: undefined }
  return [x, new HeaderLines([...rawHeaders])]
}

const TRACEPARENT = ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00']

export const cases: readonly Case[] = [
  { name: 'a request without otel, to compare', source, run: nothingDone(REQUEST) },
  { name: 'otel, a trace begins and is not sampled', source, run: unsampled(REQUEST) },
  { name: "otel, a caller's trace that is not sampled", source, run: unsampled([...REQUEST, ...TRACEPARENT]) }
]
