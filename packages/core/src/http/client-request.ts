import { IncomingMessage } from './node-http.ts'

/** Who takes the body of a request. */
export interface BodyTaker {
  onData(bytes: Buffer): void
  onEnd(): void
}

/**
 * A request as node:http makes it. A body that is taken whole goes from the parser straight to whoever takes it: through
 * the buffer and the ticks of a stream it would cost 2 µs more.
 */
export class ClientRequest extends IncomingMessage {
  #taker: BodyTaker | undefined = undefined
  #throughStream = false

  /** Gives the body to `taker` as it comes; its end is not told if the client leaves before. */
  takeBody(taker: BodyTaker): void {
    this.#taker = taker
    // Where a filter waited, or the request for its turn on the connection, the stream has some of it already.
    this.#throughStream = this.complete || this.readableLength > 0
    if (this.#throughStream) {
      this.on('data', (bytes: Buffer) => this.#taker?.onData(bytes)).on('end', () => this.#taker?.onEnd())
    }
  }

  /** Nobody takes what is left of the body: it stays unread. */
  leaveBody(): void {
    this.#taker = undefined
    this.pause()
  }

  /** Is given each piece of the body by node:http, and `null` at its end. */
  override push(bytes: Buffer | null): boolean {
    const taker = this.#taker
    if (taker === undefined || this.#throughStream) return super.push(bytes)
    if (bytes !== null) {
      taker.onData(bytes)
      return true
    }
    super.push(null)
    // node:http wants to see the end of the stream.
    this.resume()
    taker.onEnd()
    return true
  }
}
