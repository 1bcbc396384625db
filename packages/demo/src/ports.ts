import { createServer, type Server } from 'node:net'
import type { Server as HttpServer } from 'node:http'

/** An address to bind. */
export interface BindAddress {
  readonly host: string
  /** 0 is any free port. */
  readonly port: number
}

/** A port that is held until its user takes it over. */
export interface ReservedPort {
  readonly port: number
  /** Frees the port, to be called just before the user binds it. May be called again. */
  release(): Promise<void>
}

/**
 * Binds a server and returns its port.
 *
 * @throws Error of node:net, such as EADDRINUSE or EACCES.
 */
export const listen = (server: Server | HttpServer, { host, port }: BindAddress): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      // A string is the path of a pipe, which host and port never make.
      resolve(address === null || typeof address === 'string' ? port : address.port)
    })
  })

/**
 * Starts something on its default port, or on a free one if that is taken. Only binding tells whether a port is free:
 * what asks first is told about a moment that is over.
 *
 * @throws what `start` throws, except EADDRINUSE and EACCES of the default port.
 */
export const onDefaultOrFreePort = async <T>(port: number, start: (port: number) => Promise<T>): Promise<T> => {
  try {
    return await start(port)
  } catch (error) {
    if (!isTaken(error)) throw error
    return start(0)
  }
}

/**
 * Binds the default port, or a free one, and holds it for a server that starts later but whose address others have to
 * know before.
 */
export const reservePort = (address: BindAddress): Promise<ReservedPort> =>
  onDefaultOrFreePort(address.port, async port => {
    const server = createServer(socket => socket.destroy())
    const bound = await listen(server, { host: address.host, port })
    const release = (): Promise<void> => new Promise(resolve => server.close(() => resolve()))
    return { port: bound, release }
  })

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
