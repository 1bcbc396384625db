import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdminServer } from '../admin/admin-server.ts'
import { MetricRegistry } from '../admin/metrics.ts'
import { ReadinessBoard } from '../admin/readiness.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Address } from '../config/settings.ts'
import { Facts } from '../exchange/facts.ts'
import { SharedValues } from '../shared-values.ts'
import { Connections } from './connections.ts'
import { createPublicServer } from './public-server.ts'
import { RequestHandler } from './request-handler.ts'
import type { ParentLogger } from './services.ts'
import { compileSite } from './site.ts'

/** A running gateway. */
export interface Gateway {
  /** Origin of the public listener, with the port that it got. */
  readonly url: string
  /** Origin of the admin listener. */
  readonly adminUrl: string
  /**
   * Drains: `/readyz` is 503 at once, requests under way finish, what is open after `shutdown.grace` is ended; then
   * filters and connections close. The same promise for every call.
   */
  close(): Promise<void>
}

/**
 * Makes everything of a configuration except the listeners, and lets go of it again: what `sluice check` does.
 *
 * @throws ConfigError
 */
export const checkGateway = async (config: LoadedConfig, log: ParentLogger): Promise<void> => {
  const site = await compileSite(config, services(log))
  await site.close()
}

/**
 * Serves a configuration.
 *
 * @throws ConfigError where a filter cannot be made
 * @throws Error of node:net where an address cannot be listened on
 */
export const startGateway = async (config: LoadedConfig, log: ParentLogger): Promise<Gateway> => {
  const shared = services(log)
  const site = await compileSite(config, shared)
  const handler = new RequestHandler(site, log)
  const { settings } = config
  const publicServer = createPublicServer(handler, settings, log)
  const connections = new Connections(publicServer)
  const adminServer = createAdminServer(shared.metrics, shared.readiness)
  try {
    await listen(publicServer, settings.listen)
    await listen(adminServer, settings.admin)
  } catch (error) {
    await Promise.all([stop(publicServer), stop(adminServer), site.close()])
    throw error
  }
  let closing: Promise<void> | undefined
  const drain = async (): Promise<void> => {
    shared.readiness.drain()
    await sleep(settings.shutdown.delayMs)
    handler.draining = true
    const drained = once(publicServer, 'close')
    connections.stopListening(handler)
    const deadline = setTimeout(() => {
      handler.drainOpen()
      // Not in the same turn: what was just written must still leave.
      setImmediate(() => connections.cut())
    }, settings.shutdown.graceMs)
    await drained
    clearTimeout(deadline)
    // Ends what http.Server itself keeps running.
    publicServer.close()
    await site.close()
    await stop(adminServer)
  }
  return {
    url: originOf(publicServer),
    adminUrl: originOf(adminServer),
    close: () => (closing ??= drain())
  }
}

const services = (log: ParentLogger) => ({
  log,
  metrics: new MetricRegistry(),
  readiness: new ReadinessBoard(),
  shared: new SharedValues(),
  facts: new Facts()
})

const listen = async (server: Server, { host, port }: Address): Promise<void> => {
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
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
