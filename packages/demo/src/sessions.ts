import { randomUUID } from 'node:crypto'
import {
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
  type WebStandardStreamableHTTPServerTransportOptions
} from '@modelcontextprotocol/server'

/** What lets a client resume a stream of its session (MCP 2025-11-25, basic/transports, "Resumability"). */
export type SessionOptions = Pick<WebStandardStreamableHTTPServerTransportOptions, 'eventStore' | 'retryInterval'>

/** Sessions kept; the oldest is closed for a new one, since clients may leave without DELETE. */
const MAX_SESSIONS = 100

/** The sessions of MCP 2025-11-25 and before (basic/transports, "Session Management"): one MCP server each. */
export class LegacySessions {
  readonly #create: () => McpServer
  readonly #options: () => SessionOptions
  readonly #transports = new Map<string, WebStandardStreamableHTTPServerTransport>()

  constructor(create: () => McpServer, options: () => SessionOptions = () => ({})) {
    this.#create = create
    this.#options = options
  }

  /** Answers an `initialize` request; the response names the new session. */
  async open(request: Request): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      ...this.#options(),
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => void this.#transports.set(id, transport),
      onsessionclosed: id => void this.#transports.delete(id)
    })
    await this.#create().connect(transport)
    await this.#makeRoom()
    return transport.handleRequest(request)
  }

  /** Answers a request of a session: POST, the GET stream, or DELETE. */
  async resume(id: string, request: Request): Promise<Response> {
    const transport = this.#transports.get(id)
    if (transport !== undefined) {
      const response = await transport.handleRequest(request)
      return request.method === 'GET' && response.ok ? startingAtOnce(response, request.signal) : response
    }
    // The status with which a client knows that it has to initialize again.
    return Response.json(
      { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found: initialize again' } },
      { status: 404 }
    )
  }

  /** Closes every session, which aborts the calls that run in it. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#transports.values(), transport => transport.close()))
    this.#transports.clear()
  }

  async #makeRoom(): Promise<void> {
    for (const [id, transport] of this.#transports) {
      if (this.#transports.size < MAX_SESSIONS) return
      this.#transports.delete(id)
      await transport.close()
    }
  }
}

/**
 * node:http sends the head with the body's first byte: a stream that starts silent would look like no answer. And who leaves
 * a silent stream is not noticed by the one who writes it, and no other one could be opened in its place.
 */
const startingAtOnce = (response: Response, left: AbortSignal): Response => {
  const comment = new TextEncoder().encode(':\n\n')
  const first = new TransformStream<Uint8Array, Uint8Array>({
    start: controller => {
      controller.enqueue(comment)
      left.addEventListener('abort', () => controller.terminate(), { once: true })
    }
  })
  return new Response(response.body?.pipeThrough(first) ?? null, response)
}
