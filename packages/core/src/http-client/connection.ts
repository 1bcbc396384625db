import type { Socket } from 'node:net'
import type { Connected } from './connector.ts'
import { atEndOfTurn } from '../http/end-of-turn.ts'
import { ClientFault, STOPPED } from './client-fault.ts'
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
  /** It was lost before anything of the request was written, which may go another way. */
  unsent(request: OutgoingRequest, handler: ResponseHandler): void
  /** It is gone. */
  gone(connection: Connection): void
}

/**
 * A connection to an upstream: one request at a time. A request is never sent a second time, whatever becomes of the
 * connection: whether the upstream carried it out cannot be known. One of which nothing has left goes another way.
 */
export class Connection implements ResponseSink, ResponseControl {
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #parser = new ResponseParser(this)
  /** For the head of a response, or for the next request. */
  readonly #deadline = new Deadline(() => this.#onLate())
  readonly #headersTimeoutMs: number
  #idleMs = IDLE_MS
  #request: OutgoingRequest | undefined = undefined
  #handler: ResponseHandler | undefined = undefined
  #upload: Upload | undefined = undefined
  /** The request is written, or being written: from then on bytes of the server's may be its response. */
  #written = false
  /** It has served a request before: one that is lost while it waits is no sign of a server in trouble. */
  #served = false
  /** The end of the connection, if it came while nothing could be told. */
  #afterwards: (() => void) | undefined = undefined
  #headArrived = false
  #closed = false

  /** `headersTimeoutMs`: from the last byte of a request until the head of its response is there. */
  constructor(connected: Connected, owner: ConnectionOwner, headersTimeoutMs: number) {
    const { socket } = connected
    this.#socket = socket
    connected.receive = bytes => this.#onBytes(bytes)
    this.#owner = owner
    this.#headersTimeoutMs = headersTimeoutMs
    socket
      .on('end', () => this.#whenTold(() => this.#onFin()))
      .on('error', (error: NodeJS.ErrnoException) => {
        this.#whenTold(() => this.#lose(new ClientFault('closed', error.message, error.code)))
      })
      .on('close', () => {
        this.#whenTold(() => this.#lose(new ClientFault('closed', 'The upstream closed the connection')))
      })
  }

  /** Sends a request at the end of this turn. */
  send(request: OutgoingRequest, handler: ResponseHandler): void {
    this.#request = request
    this.#handler = handler
    this.#written = false
    this.#deadline.clear()
    handler.onSend(this)
    atEndOfTurn(() => {
      // Whoever gave up meanwhile has left the connection to another.
      if (this.#handler === handler && !this.#closed) this.#write(request, handler)
    })
  }

  /** Waits for the next request, for as long as the server keeps it. */
  rest(): void {
    this.#request = undefined
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
    if (this.#parser.paused) return
    if (this.#afterwards === undefined) this.#socket.resume()
    else this.#afterwards()
  }

  abort(): void {
    const unused = !this.#written && this.#handler !== undefined
    this.#handler = undefined
    if (unused && !this.#closed) this.rest()
    else this.#close()
  }

  /** Ends it, and the request on it if there is one. */
  destroy(): void {
    this.#lose(STOPPED)
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
    this.#served = true
    // An upload that is not over would go on in the middle of the next request.
    const usable = persistent && this.#afterwards === undefined
    if (usable && this.#idleMs > 0 && this.#upload?.done !== false) this.rest()
    else this.#close()
    handler.onEnd()
  }

  #write({ method, head, body }: OutgoingRequest, handler: ResponseHandler): void {
    this.#written = true
    this.#headArrived = false
    // Not before: a response to no request ends the connection.
    this.#parser.begin(method)
    if (body instanceof Upload) return this.#copy(head, body)
    this.#deadline.set(this.#headersTimeoutMs)
    handler.onBodySent(body?.length ?? 0)
    if (body instanceof Buffer) this.#writeBoth(head, body)
    else this.#socket.write(body === undefined ? head : head + body, 'latin1')
  }

  #writeBoth(head: string, body: Buffer): void {
    const socket = this.#socket
    socket.cork()
    socket.write(head, 'latin1')
    socket.write(body)
    socket.uncork()
  }

  /** The time for the head counts while the server has what there is: not while the client is slow to send. */
  #copy(head: string, upload: Upload): void {
    this.#upload = upload
    this.#socket.write(head, 'latin1')
    upload.start(this.#socket, {
      wrote: bytes => this.#handler?.onBodySent(bytes),
      waits: () => this.#awaitHead(),
      goesOn: () => {
        if (!this.#headArrived) this.#deadline.clear()
      }
    })
  }

  #awaitHead(): void {
    if (!this.#headArrived) this.#deadline.set(this.#headersTimeoutMs)
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
    const [request, handler] = [this.#request, this.#handler]
    this.#handler = undefined
    this.#close()
    if (handler === undefined) return
    // Nothing of it has left: to send it another way is no second attempt.
    if (!this.#written && this.#served && fault !== STOPPED) this.#owner.unsent(request!, handler)
    else handler.onFault(fault)
  }

  /** Runs a step at the end of the connection: once all that came before it is told. */
  #whenTold(step: () => void): void {
    if (this.#parser.paused && this.#handler !== undefined) this.#afterwards ??= step
    else step()
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
