import type { IncomingMessage } from 'node:http'
import type { Filter, Plugin, PluginContext } from '@sluice/plugin-api'
import type { Test } from 'tap'
import { configuredGateway } from './configured-gateway.ts'
import type { TestGateway } from './gateway.ts'
import { OtlpReceiver } from './otlp-receiver.ts'
import type { ReceivedSpan } from './otlp-spans.ts'
import { upstream } from './upstream.ts'
import { variables } from './variables.ts'

type Json = Record<string, unknown>

/** A request as it reached the upstream. */
export interface Arrived {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface TracedOptions {
  /** Of the `otel` entry. */
  readonly otel?: Json
  /** `OTEL_*` beside the collector's address. */
  readonly env?: Readonly<Record<string, string>>
  /** Filters behind it. */
  readonly filters?: readonly (Filter | ((ctx: PluginContext) => Filter))[]
  /** What the upstream answers to a message, as JSON or with a status of its own. */
  readonly answer?: (message: Json) => Json | number
}

/** A gateway with `otel` between a client and an MCP server, and its collector. */
export interface Traced {
  readonly gateway: TestGateway
  readonly collector: OtlpReceiver
  /** What reached the upstream, oldest first. */
  readonly arrived: readonly Arrived[]
  post(message: unknown, headers?: Record<string, string>): Promise<Response>
  /** Closes the gateway, and gives the spans that the collector then has, in the order of their starts. */
  spans(): Promise<readonly ReceivedSpan[]>
}

/** Starts them all, and closes them with the test. */
export const tracedGateway = async (t: Test, options: TracedOptions = {}): Promise<Traced> => {
  const { otel = {}, env = {}, filters = [], answer = ({ id }) => ({ jsonrpc: '2.0', id, result: {} }) } = options
  const collector = await OtlpReceiver.start(t)
  variables(t, 'OTEL_', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env })
  const arrived: Arrived[] = []
  const { url } = await upstream(t, (req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (text: string) => void (body += text))
    req.on('end', () => {
      arrived.push({ headers: req.headers, body })
      const said = answer(body === '' ? {} : (JSON.parse(body) as Json))
      if (typeof said === 'number') res.writeHead(said).end()
      else res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    })
  })
  const plugins = filters.map((filter, i): Plugin => ({
    name: `f${i}`,
    version: '1.0.0',
    api: 1,
    configSchema: {},
    create: (_config, ctx) => (typeof filter === 'function' ? filter(ctx) : filter)
  }))
  const config = {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: [{ otel }, ...plugins.map(({ name }) => ({ [name]: {} }))],
    routes: [{ name: 'tools', path: '/mcp', upstream: `${url}/mcp` }]
  }
  const gateway = await configuredGateway(t, config, { plugins })
  return {
    gateway,
    collector,
    arrived,
    post: (message, headers = {}) =>
      fetch(`${gateway.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof message === 'string' ? message : JSON.stringify(message)
      }),
    spans: async () => {
      await gateway.close()
      t.strictSame(collector.faults, [], 'all of it was OTLP')
      return collector.spans.toSorted((a, b) => a.startedAt - b.startedAt || b.durationMs - a.durationMs)
    }
  }
}
