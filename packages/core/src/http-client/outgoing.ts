import type { Upload } from './upload.ts'
import type { ReceivedHead } from './response-head.ts'
import type { ClientFault } from './client-fault.ts'

/** A request for an upstream. */
export interface OutgoingRequest {
  readonly method: string
  /** The whole head as latin1, with the empty line that ends it. */
  readonly head: string
  /** The content: all of it as latin1 or bytes, or as it comes. */
  readonly body: string | Buffer | Upload | undefined
}

/** By which who waits for a response slows it, or ends it. */
export interface ResponseControl {
  /** Nothing more of the response is told until {@link resume}. */
  pause(): void
  resume(): void
  /** The response is not wanted any more: nothing more is told. The connection closes, unless it was not used yet. */
  abort(): void
}

/** Who waits for a response. */
export interface ResponseHandler {
  /** Whether a response is still wanted; asked when the request's turn comes to be sent. */
  readonly wanted: boolean
  /** The request has a connection, on which it leaves at the end of this turn. */
  onSend(control: ResponseControl): void
  /** So many bytes of the content were written. */
  onBodySent(bytes: number): void
  onHead(head: ReceivedHead): void
  onData(bytes: Buffer): void
  /** What one read of the socket brought has been told, and the response goes on. */
  onReadDone(): void
  onEnd(): void
  /** There is no response, or not all of it; nothing more is told. */
  onFault(fault: ClientFault): void
}
