import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that writes bytes and reads bytes: nothing is mended on the way. */
export class Wire {
  readonly socket: Socket
  received = ''
  readonly closed: Promise<unknown>

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => (this.received += text))
    socket.on('error', () => {})
    this.closed = new Promise(resolve => socket.once('close', resolve))
  }

  /** The other side of a connection: what a server accepted. */
  static of(socket: Socket): Wire {
    return new Wire(socket)
  }

  static async to(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new Wire(socket)
  }

  write(...lines: readonly string[]): void {
    this.socket.write(lines.join('\r\n'), 'latin1')
  }

  /** Waits until what came matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.socket.closed) throw new Error(`closed before ${pattern}: ${JSON.stringify(this.received)}`)
      await Promise.race([once(this.socket, 'data'), this.closed])
    }
    return this.received
  }
}
