import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { freeOnceWritten } from '../http/free-memory.ts'

/** What is told of an upload. */
export interface UploadEvents {
  /** So many bytes of the content were written. */
  wrote(bytes: number): void
  /** It is the server's turn: to read what it was sent, or, when all is sent, to answer. */
  waits(): void
  /** The server takes more. */
  goesOn(): void
}

/** Content of a request, copied to the upstream as it comes from the client; a slow side pauses the other. */
export class Upload {
  readonly #req: IncomingMessage
  readonly #chunked: boolean
  #socket: Socket | undefined
  #events: UploadEvents | undefined
  /** All of it was written. */
  done = false

  /** `chunked`: its length is not known, and it is sent in chunks (RFC 9112 section 7.1). */
  constructor(req: IncomingMessage, chunked: boolean) {
    this.#req = req
    this.#chunked = chunked
  }

  /** Begins to copy. */
  start(socket: Socket, events: UploadEvents): void {
    this.#socket = socket
    this.#events = events
    socket.on('drain', this.#onDrain)
    this.#req.on('data', this.#onData).on('end', this.#onEnd)
  }

  /** Leaves what is left of it unread. */
  stop(): void {
    this.#socket?.off('drain', this.#onDrain)
    this.#req.off('data', this.#onData).off('end', this.#onEnd)
    this.#req.pause()
  }

  readonly #onDrain = (): void => {
    this.#events!.goesOn()
    this.#req.resume()
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#events!.wrote(bytes.length)
    if (this.#write(bytes)) return
    this.#req.pause()
    this.#events!.waits()
  }

  readonly #onEnd = (): void => {
    this.done = true
    if (this.#chunked) this.#socket!.write('0\r\n\r\n', 'latin1')
    this.#socket!.off('drain', this.#onDrain)
    this.#events!.waits()
  }

  #write(bytes: Buffer): boolean {
    const socket = this.#socket!
    if (!this.#chunked) return socket.write(bytes, freeOnceWritten(bytes))
    socket.cork()
    socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
    socket.write(bytes, freeOnceWritten(bytes))
    const ready = socket.write('\r\n', 'latin1')
    socket.uncork()
    return ready
  }
}
