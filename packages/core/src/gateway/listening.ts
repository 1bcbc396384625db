import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, ListenOptions } from 'node:net'

/** Listens. @throws Error of node:net */
export const listenOn = async (server: Server, options: ListenOptions): Promise<void> => {
  server.listen(options)
  await once(server, 'listening')
}

/** Stops listening, if it does, and cuts what is open. */
export const stopServer = async (server: Server): Promise<void> => {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** Origin of a listener, with the port that it got. */
export const originOf = (server: Server): string => {
  const { address, family, port } = server.address() as AddressInfo
  return `${'setSecureContext' in server ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
