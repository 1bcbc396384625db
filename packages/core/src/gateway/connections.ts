import { Server as NetServer, type Socket } from 'node:net'
import { KEEP_ALIVE_SECONDS } from '../exchange/closing.ts'
import type { PublicServer } from './public-server.ts'
import type { RequestHandler } from './request-handler.ts'

/** How often those that are idle are looked for, in seconds. */
const CHECK_EVERY = 15

/** What was seen of a connection: how much had come when it was last looked at, and how often nothing had come since. */
interface Sight {
  bytesRead: number
  checksIdle: number
}

/**
 * The connections of the public listener. Those that stay idle are closed, a while after what answers say; draining closes
 * those on which nothing is under way, also those that never spoke. node:http's own idea of idle counts an answer that is
 * ended and still being sent.
 */
export class Connections {
  readonly #server: PublicServer
  readonly #sockets = new Map<Socket, Sight>()
  /** Connections that have not agreed on TLS yet, by their peers. */
  readonly #handshakes = new Map<string, Socket>()
  readonly #handler: RequestHandler

  constructor(server: PublicServer, handler: RequestHandler) {
    this.#server = server
    this.#handler = handler
    const timer = setInterval(() => this.#closeIdle(), CHECK_EVERY * 1000).unref()
    server.on('close', () => clearInterval(timer))
    const secure = 'setSecureContext' in server
    server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.set(socket, { bytesRead: 0, checksIdle: 0 })
      socket.on('close', () => this.#sockets.delete(socket))
    })
    if (secure) this.#watchHandshakes(server)
  }

  /** What speaks no TLS yet is another socket than what then does, of the same peer. */
  #watchHandshakes(server: PublicServer): void {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket)
      this.#handshakes.set(peer, socket)
      socket.on('close', () => this.#handshakes.delete(peer))
    })
    server.on('secureConnection', (socket: Socket) => this.#handshakes.delete(peerOf(socket)))
  }

  /** Listens no more, and closes the connections that have nothing under way. The others close after their answers. */
  stopListening(): void {
    // Not http.Server's close: it would cut off answers that are still being sent.
    NetServer.prototype.close.call(this.#server)
    const busy = new Set(Array.from(this.#handler.open, x => x.req.socket))
    for (const socket of this.#sockets.keys()) if (!busy.has(socket)) socket.destroySoon()
    for (const socket of this.#handshakes.values()) socket.destroy()
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets.keys()) socket.destroy()
  }

  /** Those that had nothing under way and brought nothing in so many checks have been idle for longer than announced. */
  #closeIdle(): void {
    for (const [socket, seen] of this.#sockets) {
      const { bytesRead } = socket
      const idle = bytesRead === seen.bytesRead && this.#handler.exchangeOn(socket) === undefined
      seen.bytesRead = bytesRead
      seen.checksIdle = idle ? seen.checksIdle + 1 : 0
      if (seen.checksIdle > KEEP_ALIVE_SECONDS / CHECK_EVERY) socket.destroySoon()
    }
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
