import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import type { RequestHandler } from './request-handler.ts'

/**
 * The connections of the public listener, so that draining can close those on which nothing is under way: also those that
 * never spoke. node:http's own idea of idle counts an answer that is ended and still being sent.
 */
export class Connections {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Listens no more, and closes the connections that have nothing under way. The others close after their answers. */
  stopListening(handler: RequestHandler): void {
    // Not http.Server's close: it would cut off answers that are still being sent.
    NetServer.prototype.close.call(this.#server)
    const busy = new Set(Array.from(handler.open, x => x.req.socket))
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroySoon()
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
