import { once } from 'node:events'
import type { Address, Settings } from '../config/settings.ts'
import { Connections } from './connections.ts'
import { listenOn, originOf, stopServer } from './listening.ts'
import { createPublicServer, type PublicServer, secureOptions } from './public-server.ts'
import type { RequestHandler } from './request-handler.ts'
import type { Services } from './services.ts'

/** The public listener, with its connections. */
export class PublicListener {
  readonly #server: PublicServer
  readonly #connections: Connections
  readonly #handler: RequestHandler
  readonly #ownSecret: string

  constructor(handler: RequestHandler, settings: Settings, services: Pick<Services, 'log' | 'ownSecret'>) {
    this.#handler = handler
    this.#ownSecret = services.ownSecret
    this.#server = createPublicServer(handler, settings, services)
    this.#connections = new Connections(this.#server, handler)
  }

  /** Listens; with `reusePort` beside other threads that do so on the same port. @throws Error of node:net */
  open({ host, port }: Address, reusePort = false): Promise<void> {
    return listenOn(this.#server, { host, port, ...(reusePort && { reusePort }) })
  }

  /** Origin, with the port that it got. */
  get url(): string {
    return originOf(this.#server)
  }

  /** Shows another certificate to who connects from now on. */
  renew({ listen: { tls } }: Settings): void {
    if (tls !== undefined && 'setSecureContext' in this.#server)
      this.#server.setSecureContext(secureOptions(tls, this.#ownSecret))
  }

  /** Takes no new connection, lets what is under way finish, and ends what is open after `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    this.#handler.draining = true
    const drained = once(this.#server, 'close')
    this.#connections.stopListening()
    const deadline = setTimeout(() => {
      this.#handler.drainOpen()
      // Not in the same turn: what was just written must still leave.
      setImmediate(() => this.#connections.cut())
    }, graceMs)
    await drained
    clearTimeout(deadline)
    // Ends what http.Server itself keeps running.
    this.#server.close()
  }

  /** Stops at once, also if it never listened. */
  stop(): Promise<void> {
    return stopServer(this.#server)
  }
}
