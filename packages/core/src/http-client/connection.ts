import type { Socket } from 'node:net'
import { atEndOfTurn } from '../http/end-of-turn.ts'
import { ClientFault } from './client-fault.ts'
import { Deadline } from './deadline.ts'
import type { OutgoingRequest, ResponseControl, ResponseHandler } from './outgoing.ts'
import type { ReceivedHead } from './response-head.ts'
import { ResponseParser, type ResponseSink } from './response-parser.ts'
import { Upload } from './upload.ts'

/** How long an idle connection is kept where the server does not say, in milliseconds: less than Node's own 5 s. */
const IDLE_MS = 4000
/** The longest that a server's word is taken for. */
const LONGEST_IDLE_MS = 600_000
/** Taken off what a server says, for the time that a request needs to get there. */
const MARGIN_MS = 1000

/** Whose a connection is. */
export interface ConnectionOwner {
  /** It can take a request. */
  idle(connection: Connection): void
  /** It is gone. */
  gone(connection: Connection): void
}

/**
 * A connection to an upstream: one request at a time. A request is never sent a second time, whatever becomes of the
 * connection: whether the upstream carried it out cannot be known.
 */
export class Connection implements ResponseSink, ResponseControl {
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #parser = new ResponseParser(this)
  /** For the head of a response, or for the next request. */
  readonly #deadline = new Deadline(() => this.#onLate())
  readonly #headersTimeoutMs: number
  #idleMs = IDLE_MS
  #handler: ResponseHandler | undefined = undefined
  #upload: Upload | undefined = undefined
  #headArrived = false
  #closed = false

  /** `headersTimeoutMs`: from the last byte of a request until the head of its response is there. */
  constructor(socket: Socket, owner: ConnectionOwner, headersTimeoutMs: number) {
    this.#socket = socket
    this.#owner = owner
    this.#headersTimeoutMs = headersTimeoutMs
    socket
      .on('data', (bytes: Buffer) => this.#onBytes(bytes))
      .on('end', () => this.#onFin())
      .on('error', (error: NodeJS.ErrnoException) => this.#lose(new ClientFault('closed', error.message, error.code)))
      .on('close', () => this.#lose(new ClientFault('closed', 'The upstream closed the connection')))
  }

  send({ method, head, body }: OutgoingRequest, handler: ResponseHandler): void {
    this.#handler = handler
    this.#headArrived = false
    this.#deadline.set(this.#headersTimeoutMs)
    this.#parser.begin(method)
    handler.onSend(this)
    if (body instanceof Upload) return this.#copy(head, body)
    handler.onBodySent(body?.length ?? 0)
    if (body instanceof Buffer) return this.#writeBoth(head, body)
    const text = body === undefined ? head : head + body
    atEndOfTurn(() => {
      if (!this.#closed) this.#socket.write(text, 'latin1')
    })
  }

  /** Waits for the next request, for as long as the server keeps it. */
  rest(): void {
    this.#upload = undefined
    this.#deadline.set(this.#idleMs)
    this.#owner.idle(this)
  }

  pause(): void {
    this.#parser.paused = true
    this.#socket.pause()
  }

  resume(): void {
    if (this.#closed) return
    try {
      this.#parser.resume()
    } catch (error) {
      this.#fail(error)
    }
    if (!this.#parser.paused) this.#socket.resume()
  }

  abort(): void {
    this.#handler = undefined
    this.#close()
  }

  /** Ends it, and the request on it if there is one. */
  destroy(): void {
    this.#lose(new ClientFault('closed', 'The gateway stops'))
  }

  onHead(head: ReceivedHead): void {
    this.#headArrived = true
    this.#deadline.clear()
    this.#idleMs = idleMs(head.keepAliveSeconds)
    this.#handler!.onHead(head)
  }

  onData(bytes: Buffer): void {
    this.#handler?.onData(bytes)
  }

  onEnd(persistent: boolean): void {
    const handler = this.#handler
    if (handler === undefined) return
    this.#handler = undefined
    // An upload that is not over would go on in the middle of the next request.
    if (persistent && this.#idleMs > 0 && this.#upload?.done !== false) this.rest()
    else this.#close()
    handler.onEnd()
  }

  #writeBoth(head: string, body: Buffer): void {
    const socket = this.#socket
    socket.cork()
    socket.write(head, 'latin1')
    socket.write(body)
    socket.uncork()
  }

  #copy(head: string, upload: Upload): void {
    this.#upload = upload
    // A body whose first bytes are broken is not begun at all.
    atEndOfTurn(() => {
      if (this.#closed) return
      this.#socket.write(head, 'latin1')
      upload.start(this.#socket, bytes => {
        if (!this.#headArrived) this.#deadline.set(this.#headersTimeoutMs)
        this.#handler?.onBodySent(bytes)
      })
    })
  }

  #onBytes(bytes: Buffer): void {
    const handler = this.#handler
    try {
      this.#parser.take(bytes)
    } catch (error) {
      this.#fail(error)
    }
    if (handler !== undefined && handler === this.#handler) handler.onReadDone()
  }

  #onFin(): void {
    try {
      this.#parser.finish()
    } catch (error) {
      this.#fail(error)
    }
    this.#close()
  }

  #onLate(): void {
    if (this.#handler === undefined) return this.#close()
    this.#lose(new ClientFault('headers-timeout', `There was no head within ${this.#headersTimeoutMs} ms`))
  }

  #fail(error: unknown): void {
    this.#lose(error instanceof ClientFault ? error : new ClientFault('invalid', String(error)))
  }

  #lose(fault: ClientFault): void {
    const handler = this.#handler
    this.#handler = undefined
    this.#close()
    handler?.onFault(fault)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#deadline.close()
    this.#upload?.stop()
    this.#socket.destroy()
    this.#owner.gone(this)
  }
}

/** A connection is kept as long as the server says that it keeps it. */
const idleMs = (seconds: number | undefined): number =>
  seconds === undefined ? IDLE_MS : Math.min(seconds * 1000 - MARGIN_MS, LONGEST_IDLE_MS)
