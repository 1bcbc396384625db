import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientRequest } from '../http/client-request.ts'

/** A request that waits, and the answer that it will get. */
export interface Turn {
  readonly req: ClientRequest
  readonly res: ServerResponse
}

/** What waits on one connection, in its order. */
interface Waiting {
  readonly turns: Turn[]
  /** Of all heads. */
  bytes: number
}

/** Requests that may wait on one connection. Clients that pipeline at all send a few dozen. */
const MOST = 100
/** Memory, in bytes, of the heads of requests that wait on one connection, unless one alone has more. */
const MOST_BYTES = 256 * 1024
/** What a string takes beside its characters. */
const STRING_BYTES = 24

/**
 * Requests that came before the answers to those in front of them were out. They wait: only safe methods might be carried
 * out side by side (RFC 9112 section 9.3.2), and a client that sends and never reads must not make the gateway hold more
 * and more. Reading goes on meanwhile, since nothing else tells that the client has left.
 */
export class Pipelines {
  readonly #waiting = new Map<Socket, Waiting>()
  readonly #tooMuch: (socket: Socket) => void

  /** `tooMuch` is called for a connection that has more waiting than should be held. */
  constructor(tooMuch: (socket: Socket) => void) {
    this.#tooMuch = tooMuch
  }

  /** Whether a request must wait, for its answer is behind others. */
  static isBehind(res: ServerResponse): boolean {
    // node:http gives an answer the connection when it is its turn to be written.
    return res.socket === null
  }

  /** Lets a request wait for {@link next}. */
  wait(turn: Turn): void {
    const { socket } = turn.req
    const waiting = this.#waiting.get(socket) ?? this.#begin(socket)
    const { turns } = waiting
    waiting.bytes += headBytes(turn)
    if (turns.length === 0 || (turns.length < MOST && waiting.bytes <= MOST_BYTES)) turns.push(turn)
    else if (!socket.destroyed) this.#tooMuch(socket)
  }

  /** The request whose turn it is, now that the answer before it is out. */
  next(socket: Socket): Turn | undefined {
    if (this.#waiting.size === 0 || socket.destroyed) return undefined
    const waiting = this.#waiting.get(socket)
    const turn = waiting?.turns.shift()
    if (turn !== undefined) waiting!.bytes -= headBytes(turn)
    return turn
  }

  #begin(socket: Socket): Waiting {
    const turns: Turn[] = []
    const waiting = { turns, bytes: 0 }
    this.#waiting.set(socket, waiting)
    socket.once('close', () => this.#waiting.delete(socket))
    // node:http stops reading where a body that nobody takes has filled its buffer.
    socket.on('pause', () => {
      const last = turns.at(-1)?.req
      if (last !== undefined && !last.complete && last.readableLength >= last.readableHighWaterMark)
        this.#tooMuch(socket)
    })
    return waiting
  }

  /** The last whole request that waits, where what follows it is none; one that broke off is forgotten. */
  lastWhole(socket: Socket): Turn | undefined {
    const turns = this.#waiting.get(socket)?.turns ?? []
    if (turns.at(-1)?.req.complete === false) turns.pop()
    return turns.at(-1)
  }
}

const headBytes = ({ req }: Turn): number =>
  req.rawHeaders.reduce((bytes, text) => bytes + STRING_BYTES + text.length, req.url!.length)
