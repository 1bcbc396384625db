import type { SecureContextOptions } from 'node:tls'
import { STOPPED } from './client-fault.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import { Connector, destinationOf } from './connector.ts'
import type { OutgoingRequest, ResponseHandler } from './outgoing.ts'

/** How a pool makes its connections. */
export interface PoolOptions {
  /** Milliseconds until a connection is made. */
  readonly connectTimeoutMs: number
  /** Milliseconds from the end of a request until the head of its response. */
  readonly headersTimeoutMs: number
  /** Connections at the most; without it as many as there are requests under way. */
  readonly connections?: number | undefined
  /** What is believed of the other end and shown to it. Default: what Node knows, and nothing. */
  readonly tls?: SecureContextOptions | undefined
}

interface Waiting {
  readonly request: OutgoingRequest
  readonly handler: ResponseHandler
}

/**
 * Connections to one origin over HTTP/1.1, kept for the next request (RFC 9112 section 9.3). The one that was used last is
 * used first, so that those that are too many become idle and close. A request that finds none free, and no more allowed,
 * waits. Opens nothing before the first request.
 */
export class Pool implements ConnectionOwner {
  readonly #connector: Connector
  readonly #options: PoolOptions
  readonly #most: number
  readonly #open = new Set<Connection>()
  readonly #idle: Connection[] = []
  readonly #waiting: Waiting[] = []
  readonly #attempts = new Set<() => void>()
  #destroyed = false

  constructor(origin: URL, options: PoolOptions) {
    this.#connector = new Connector(destinationOf(origin), options.connectTimeoutMs, options.tls)
    this.#options = options
    this.#most = options.connections ?? Infinity
  }

  /** Sends a request as soon as there is a connection for it, and tells `handler` what becomes of it. */
  send(request: OutgoingRequest, handler: ResponseHandler): void {
    if (!handler.wanted) return
    const connection = this.#idle.pop()
    if (connection !== undefined) connection.send(request, handler)
    else if (this.#destroyed) handler.onFault(STOPPED)
    else if (this.#open.size + this.#attempts.size < this.#most) this.#connect(request, handler)
    else this.#waiting.push({ request, handler })
  }

  /** A response is not wanted any more of a request that may still wait: it lets go of it. */
  forget(handler: ResponseHandler): void {
    const at = this.#waiting.findIndex(waiting => waiting.handler === handler)
    if (at !== -1) this.#waiting.splice(at, 1)
  }

  /** Ends all connections, with what is under way on them. */
  destroy(): void {
    this.#destroyed = true
    for (const { handler } of this.#waiting.splice(0)) handler.onFault(STOPPED)
    for (const end of this.#attempts) end()
    for (const connection of this.#open) connection.destroy()
  }

  idle(connection: Connection): void {
    const next = this.#next()
    if (next === undefined) this.#idle.push(connection)
    else connection.send(next.request, next.handler)
  }

  unsent(request: OutgoingRequest, handler: ResponseHandler): void {
    this.send(request, handler)
  }

  gone(connection: Connection): void {
    this.#open.delete(connection)
    const at = this.#idle.lastIndexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
    this.#replace()
  }

  /** There is room for a connection more, if anybody waits for one. */
  #replace(): void {
    if (this.#destroyed) return
    const next = this.#next()
    if (next !== undefined) this.#connect(next.request, next.handler)
  }

  /** The next that waits and is still wanted. */
  #next(): Waiting | undefined {
    for (;;) {
      const next = this.#waiting.shift()
      if (next === undefined || next.handler.wanted) return next
    }
  }

  #connect(request: OutgoingRequest, handler: ResponseHandler): void {
    const end = this.#connector.connect((fault, connected) => {
      this.#attempts.delete(end)
      if (fault !== undefined) {
        if (handler.wanted) handler.onFault(fault)
        return this.#replace()
      }
      const connection = new Connection(connected, this, this.#options.headersTimeoutMs)
      this.#open.add(connection)
      if (handler.wanted) connection.send(request, handler)
      else connection.rest()
    })
    this.#attempts.add(end)
  }
}
