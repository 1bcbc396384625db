import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '@sluice/plugin-api'
import { createAdminServer } from '../admin/admin-server.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import type { ReadinessBoard } from '../admin/readiness.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Address, Settings } from '../config/settings.ts'
import { Connections } from './connections.ts'
import { createPublicServer, type PublicServer, secureOptions } from './public-server.ts'
import { listenError } from './listen-error.ts'
import type { RequestHandler } from './request-handler.ts'

/** What the listeners serve. */
export interface Served {
  readonly handler: RequestHandler
  readonly metrics: MetricRegistry
  readonly readiness: ReadinessBoard
  readonly log: Logger
}

/** The public listener and the admin listener. */
export class Listeners {
  readonly #public: PublicServer
  readonly #admin: Server
  readonly #connections: Connections
  readonly #handler: RequestHandler

  constructor({ handler, metrics, readiness, log }: Served, settings: Settings) {
    this.#handler = handler
    this.#public = createPublicServer(handler, settings, log)
    this.#connections = new Connections(this.#public, handler)
    this.#admin = createAdminServer(metrics, readiness)
  }

  /** @throws ListenError where an address cannot be listened on; then nothing listens */
  async open(config: Pick<LoadedConfig, 'settings' | 'source'>): Promise<void> {
    try {
      for (const [name, server] of [
        ['listen', this.#public],
        ['admin', this.#admin]
      ] as const)
        await listenOn(server, config.settings[name]).catch((error: NodeJS.ErrnoException) => {
          throw listenError(error, name, config)
        })
    } catch (error) {
      await Promise.all([stop(this.#public), stop(this.#admin)])
      throw error
    }
  }

  /** Origins, with the ports that the listeners got. */
  addresses(): { readonly url: string; readonly adminUrl: string } {
    return { url: originOf(this.#public), adminUrl: originOf(this.#admin) }
  }

  /** Shows another certificate to who connects from now on. */
  renew({ listen: { tls } }: Settings): void {
    if (tls !== undefined && 'setSecureContext' in this.#public) this.#public.setSecureContext(secureOptions(tls))
  }

  /** Takes no new connection, lets what is under way finish, and ends what is open after `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    this.#handler.draining = true
    const drained = once(this.#public, 'close')
    this.#connections.stopListening()
    const deadline = setTimeout(() => {
      this.#handler.drainOpen()
      // Not in the same turn: what was just written must still leave.
      setImmediate(() => this.#connections.cut())
    }, graceMs)
    await drained
    clearTimeout(deadline)
    this.#handler.deadlines.stop()
    // Ends what http.Server itself keeps running.
    this.#public.close()
  }

  /** Closes the admin listener, the last thing that answers. */
  async closeAdmin(): Promise<void> {
    await stop(this.#admin)
  }
}

const listenOn = async (server: Server, { host, port }: Address): Promise<void> => {
  server.listen(port, host)
  await once(server, 'listening')
}

const stop = async (server: Server): Promise<void> => {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

const originOf = (server: Server): string => {
  const { address, family, port } = server.address() as AddressInfo
  return `${'setSecureContext' in server ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
