import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** The sockets of this process that are open, as Node tells of them: on both sides of every connection. */
export class Sockets {
  readonly #accepted = new Set<Socket>()
  readonly #connecting = new Set<Socket>()
  readonly #onAccepted = (message: unknown): void => keep(this.#accepted, message)
  readonly #onConnecting = (message: unknown): void => keep(this.#connecting, message)

  constructor() {
    subscribe('net.server.socket', this.#onAccepted)
    subscribe('net.client.socket', this.#onConnecting)
  }

  /** Sockets, of either side. */
  get size(): number {
    return this.#accepted.size + this.#connecting.size
  }

  /** Connections that a listener on this port has accepted. */
  acceptedAt(port: number): readonly Socket[] {
    return [...this.#accepted].filter(socket => socket.localPort === port)
  }

  /** Connections that somebody made to this port. */
  madeTo(port: number): readonly Socket[] {
    return [...this.#connecting].filter(socket => socket.remotePort === port)
  }

  /** Looks no more. */
  stop(): void {
    unsubscribe('net.server.socket', this.#onAccepted)
    unsubscribe('net.client.socket', this.#onConnecting)
  }
}

const keep = (open: Set<Socket>, message: unknown): void => {
  const { socket } = message as { socket: Socket }
  open.add(socket)
  socket.once('close', () => open.delete(socket))
}
