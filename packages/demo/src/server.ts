import { createServer, type IncomingMessage } from 'node:http'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpServer,
  type ServerEventBus
} from '@modelcontextprotocol/server'
import { isLoopback } from '@sluice/plugin-api'
import { listen } from './ports.ts'
import { createDemoMcpServer, type DemoMcpServerHooks } from './mcp-server.ts'
import { LegacySessions, type SessionOptions } from './sessions.ts'

/** Another MCP server to be served the way the demonstration's is. */
export interface OtherMcpServer {
  /** Called for each session, and for each request that belongs to none. */
  create(): McpServer
  /** Where it tells what changed, for the streams of `subscriptions/listen` (MCP 2026-07-28). */
  readonly bus?: ServerEventBus
  /** Called for each session. Default: nothing is resumable. */
  readonly sessionOptions?: () => SessionOptions
}

/** Where the demonstration's MCP server listens, and what a test may watch and hold. */
export interface DemoMcpServerOptions extends DemoMcpServerHooks {
  /** Default 127.0.0.1. On another host the Host and Origin guards of a loopback server are off. */
  readonly host?: string
  /** Default 0, which is any free port. */
  readonly port?: number
  /** What is served instead of the demonstration's own tools. */
  readonly other?: OtherMcpServer
}

/** A running MCP server. */
export interface DemoMcpServer {
  /** The MCP endpoint, with path. */
  readonly url: string
  readonly port: number
  /** Aborts the calls that run, ends every stream and frees the port. */
  close(): Promise<void>
}

/** The path of the MCP endpoint. */
const PATH = '/mcp'

/**
 * Starts an MCP server without any authorization of its own, as most are. It speaks both protocol eras on one path:
 * 2025-11-25 and before, with sessions for clients that initialize and without for those that do not, and 2026-07-28.
 *
 * @throws Error of node:net when the address cannot be bound.
 */
export const startDemoMcpServer = async (options: DemoMcpServerOptions = {}): Promise<DemoMcpServer> => {
  const { host = '127.0.0.1', port = 0, other } = options
  const create = (): McpServer => other?.create() ?? createDemoMcpServer(options)
  const stateless = createMcpHandler(create, other?.bus && { bus: other.bus })
  const sessions = new LegacySessions(create, other?.sessionOptions)
  const handle = toNodeHandler({ fetch: request => answer(request, sessions, stateless.fetch) })

  const guards = isLoopback(host.includes(':') ? `[${host}]` : host)
    ? [localhostHostValidation(), localhostOriginValidation()]
    : []
  const server = createServer((req, res) => {
    if (!guards.every(pass => pass(req, res))) return
    const path = req.url?.split('?', 1)[0]
    if (path === PATH && isServerRequest(req)) void handle(req, res)
    else res.writeHead(404, { 'content-type': 'text/plain' }).end(`The MCP endpoint is ${PATH}\n`)
  })
  const bound = await listen(server, { host, port })

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}${PATH}`,
    port: bound,
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      await Promise.all([sessions.close(), stateless.close()])
      server.closeAllConnections()
      await closed
    }
  }
}

/** node:http types every message; a server's request has both. */
type ServerRequest = IncomingMessage & { method: string; url: string }
const isServerRequest = (req: IncomingMessage): req is ServerRequest => req.method !== undefined

type Fetch = (request: Request) => Promise<Response>

/** A request of the older era that opens or names a session goes to it; any other is served by itself. */
const answer = async (request: Request, sessions: LegacySessions, stateless: Fetch): Promise<Response> => {
  if (!(await isLegacyRequest(request))) return stateless(request)
  const id = request.headers.get('mcp-session-id')
  if (id !== null) return sessions.resume(id, request)
  return (await opensSession(request)) ? sessions.open(request) : stateless(request)
}

const opensSession = async (request: Request): Promise<boolean> => {
  if (request.method !== 'POST') return false
  try {
    return isInitializeRequest(await request.clone().json())
  } catch {
    // Not JSON: the stateless handler words the refusal.
    return false
  }
}
