import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { ClientFault, STOPPED } from './client-fault.ts'
import { copyOfRead, readMemory } from './read-memory.ts'

/** How long TCP may be silent, in milliseconds, before the kernel asks whether the other end is still there. */
const KEEP_ALIVE_PROBE_MS = 60_000

/** A connection that was made. */
export interface Connected {
  readonly socket: Socket
  /** Is given what each read brings, for good. */
  receive: (bytes: Buffer) => void
}

/** Where connections go. */
export interface Destination {
  readonly protocol: 'http:' | 'https:'
  readonly hostname: string
  readonly port: number
}

/** Scheme, host and port of a URL. */
export const destinationOf = ({ protocol, hostname, port }: URL): Destination => ({
  protocol: protocol === 'https:' ? 'https:' : 'http:',
  hostname: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
})

/** Makes connections to one destination. TLS sessions are resumed. */
export class Connector {
  readonly #to: Destination
  readonly #timeoutMs: number
  readonly #context: SecureContext | undefined
  #session: Buffer | undefined

  constructor(to: Destination, timeoutMs: number, tls?: SecureContextOptions) {
    this.#to = to
    this.#timeoutMs = timeoutMs
    this.#context = tls === undefined ? undefined : createSecureContext(tls)
  }

  /** Gives the connection once it can be written to, or why there is none. @returns what ends the attempt */
  connect(done: (fault: ClientFault | undefined, connected: Connected) => void): () => void {
    const { protocol } = this.#to
    const onread = {
      buffer: readMemory,
      callback: (size: number): boolean => {
        connected.receive(copyOfRead(size))
        return true
      }
    }
    const socket = protocol === 'https:' ? this.#tls(onread) : this.#tcp(onread)
    // Until somebody waits for them, bytes are an answer to nothing.
    const connected: Connected = { socket, receive: () => socket.destroy() }
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
    const settle = (fault?: ClientFault): void => {
      clearTimeout(timer)
      socket.off('error', failed).off('close', closed).off(ready, settled)
      if (fault !== undefined) socket.on('error', () => {}).destroy()
      done(fault, connected)
    }
    const failed = (error: NodeJS.ErrnoException): void => settle(faultOf(error))
    const closed = (): void => settle(new ClientFault('unreachable', 'The upstream closed the connection at once'))
    const settled = (): void => settle()
    const late = (): void =>
      settle(new ClientFault('connect-timeout', `There was no connection within ${this.#timeoutMs} ms`))
    const ready = protocol === 'https:' ? 'secureConnect' : 'connect'
    const timer = setTimeout(late, this.#timeoutMs)
    socket.on('error', failed).on('close', closed).on(ready, settled)
    return () => settle(STOPPED)
  }

  #tcp(onread: OnReadOpts): Socket {
    const { hostname: host, port } = this.#to
    return connectTcp({ host, port, onread })
  }

  #tls(onread: OnReadOpts): Socket {
    const { hostname: host, port } = this.#to
    const options = {
      host,
      port,
      // RFC 6066 section 3: an address is no server name.
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      onread,
      ...(this.#context === undefined ? undefined : { secureContext: this.#context }),
      ...(this.#session === undefined ? undefined : { session: this.#session })
    }
    return connectTls(options).on('session', session => (this.#session = session))
  }
}

const faultOf = ({ code, message }: NodeJS.ErrnoException): ClientFault =>
  new ClientFault(code === 'ETIMEDOUT' ? 'connect-timeout' : 'unreachable', message, code)
