import { isPromise, type Refused, runOnResponse } from '../chain/run.ts'
import { type CoreCode, codes } from '../codes.ts'
import type { Forwarded, LiveExchange } from '../exchange/exchange.ts'
import { closeAfterAnswer, keepAfterAnswer } from '../exchange/closing.ts'
import { AnswerHead } from '../exchange/response-head.ts'
import { tear } from '../exchange/tear.ts'
import { AnswerFault, answerReader, type AnswerReader } from '../mcp/answer-reader.ts'
import { type ListListener, listListener } from '../mcp/list-listener.ts'
import { atEndOfTurn } from '../http/end-of-turn.ts'
import type { ClientFault } from '../http-client/client-fault.ts'
import type { ResponseControl, ResponseHandler } from '../http-client/outgoing.ts'
import { type RequestFraming, requestText } from '../http-client/request-text.ts'
import type { ReceivedHead } from '../http-client/response-head.ts'
import { faultCode } from './fault.ts'
import type { RequestBody } from './request-body.ts'
import type { ForwardedHead } from './request-head.ts'
import { responseLines } from './response-lines.ts'
import { withoutLength } from './without-length.ts'

const NOTHING = Buffer.alloc(0)
/** A piece of an answer up to this many bytes leaves in one write with the head. */
const SMALL = 64 * 1024
const UNREADABLE = 'SLUICE_UPSTREAM_RESULT_UNREADABLE'

/** Whether the client takes more: `slow` until what it has is read. */
type Pace = 'ready' | 'slow'

/** What the forwarding path hands back when the upstream's answer cannot be passed on. */
export interface ForwardingEvents {
  /** Whether every answer from now on asks the client to connect anew. */
  readonly draining: boolean
  /** Nothing of an answer was written yet: answer with this code instead. */
  fault(x: LiveExchange, code: CoreCode, error: unknown): void
  /** What is left of the answer cannot be passed on, and its head was written already. */
  torn(x: LiveExchange, code: CoreCode, error: unknown): void
  /** A hook threw, or gave a promise that did. */
  failed(x: LiveExchange, error: unknown): void
  /** A filter refused one result of the answer. */
  refused(x: LiveExchange, refused: Refused): void
}

/**
 * One request on its way to the upstream and its answer on the way back: what the HTTP client tells on one side, the
 * gateway's client on the other. Bytes are passed as they come; a slow side pauses the other.
 */
export class Forwarding implements ResponseHandler, Forwarded {
  readonly #x: LiveExchange
  readonly #events: ForwardingEvents
  #control: ResponseControl | undefined
  /** The client is gone, or an answer of the gateway's own has taken the place of the upstream's. */
  #detached = false
  #streaming = false
  /** All of the answer is on its way. */
  #ending = false
  #headAt = 0
  /** The head was written in this turn, and is not on its way yet. */
  #headFresh = false
  /** What arrived in the same read as the head, to leave with it. */
  #early: Buffer | undefined = undefined
  /** A hook waits. */
  #waiting = false
  /** The client has not taken what it was sent. */
  #slow = false
  /** Reads results, where a filter asks for them. */
  #reader: AnswerReader | undefined = undefined
  /** Listens to a list that passes. */
  #listener: ListListener | undefined = undefined
  /** Waits for the body, whose length may change. */
  #heldHead: AnswerHead | undefined = undefined

  constructor(x: LiveExchange, events: ForwardingEvents) {
    this.#x = x
    this.#events = events
  }

  get wanted(): boolean {
    return !this.#detached
  }

  send(head: ForwardedHead, body: RequestBody, framing: RequestFraming): void {
    const { pool, host } = this.#x.chain.upstream!
    const text = requestText(head.method, head.path, host, head.lines, framing)
    pool.send({ method: head.method, head: text, body }, this)
  }

  /** The client's connection has closed: whatever the upstream still does is of no use to anyone. */
  clientClosed(): void {
    if (this.#streaming) this.#x.chain.metrics.streamClosed()
    if (!this.#x.res.writableFinished) this.#abort()
  }

  /** Its time is over: a stream ends, so that the client connects anew elsewhere; half an answer is torn. */
  abandon(): void {
    const { res } = this.#x
    if (this.#ending) return
    this.#abort()
    if (this.#streaming) res.end()
    else if (res.headersSent) tear(this.#x)
  }

  onSend(control: ResponseControl): void {
    this.#control = control
  }

  onBodySent(bytes: number): void {
    this.#x.bytesIn += bytes
  }

  onHead({ status, fields }: ReceivedHead): void {
    const x = this.#x
    this.#headAt = performance.now()
    if (status === 401) return this.#replace('SLUICE_UPSTREAM_UNAUTHORIZED')
    const head = new AnswerHead(status, 'upstream', responseLines(fields, status))
    try {
      const waiting = runOnResponse(head, x)
      if (isPromise(waiting)) this.#wait(waiting, () => this.#begin(head))
      else this.#begin(head)
    } catch (error) {
      this.#fail(error)
    }
  }

  onData(bytes: Buffer): void {
    const reader = this.#reader
    if (reader === undefined) {
      this.#listener?.take(bytes)
      return void this.#write(bytes)
    }
    this.#read(
      () => reader.take(bytes),
      read => this.#write(read)
    )
  }

  onReadDone(): void {
    if (this.#headFresh && !this.#detached) this.#flush()
  }

  onEnd(): void {
    // The connection may serve another request by now.
    this.#control = undefined
    const reader = this.#reader
    if (reader === undefined) {
      this.#listener?.end()
      return void this.#end(NOTHING)
    }
    this.#read(
      () => reader.end(),
      read => this.#end(read)
    )
  }

  onFault(fault: ClientFault): void {
    if (this.#detached) return
    this.#detached = true
    this.#control = undefined
    const x = this.#x
    if (x.status === 0) return this.#events.fault(x, faultCode(fault), fault)
    x.ended = 'upstream-gone'
    this.#events.torn(x, 'SLUICE_UPSTREAM_TORN', fault)
    tear(x)
  }

  /** Goes on when a hook is done; the upstream pauses meanwhile, and longer if `proceed` says that the client is slow. */
  #wait<T>(waiting: Promise<T>, proceed: (value: T) => Pace): void {
    this.#control?.pause()
    this.#waiting = true
    waiting
      .then(value => {
        if (this.#detached) return
        this.#waiting = false
        const pace = proceed(value)
        if (pace === 'ready' && !this.#slow) this.#control?.resume()
        this.onReadDone()
      })
      .catch((error: unknown) => this.#fail(error))
  }

  /** Writes the head, unless results are read and may change it. */
  #begin(head: AnswerHead): Pace {
    const x = this.#x
    if (x.chain.onMcpResult.length > 0) {
      this.#reader = answerReader(head, x, refused => this.#events.refused(x, refused))
      if (this.#reader !== undefined) withoutLength(head)
      if (this.#reader?.holdsHead === true) {
        this.#heldHead = head
        return 'ready'
      }
    } else this.#listener = listListener(head, x)
    this.#writeHead(head)
    return 'ready'
  }

  #read(step: () => Buffer | Promise<Buffer>, next: (bytes: Buffer) => Pace): void {
    try {
      const bytes = step()
      if (isPromise(bytes)) this.#wait(bytes, next)
      else next(bytes)
    } catch (error) {
      this.#fail(error)
    }
  }

  #write(bytes: Buffer): Pace {
    if (bytes.length === 0) return 'ready'
    this.#x.bytesOut += bytes.length
    if (!this.#headFresh || this.#early !== undefined || bytes.length > SMALL) return this.#send(bytes)
    this.#early = bytes
    return 'ready'
  }

  #send(bytes: Buffer): Pace {
    const { res } = this.#x
    const early = this.#takeEarly()
    if (early !== undefined) res.write(early)
    if (res.write(bytes)) return 'ready'
    this.#control?.pause()
    this.#slow = true
    res.once('drain', () => {
      this.#slow = false
      if (!this.#waiting) this.#control?.resume()
    })
    return 'slow'
  }

  #takeEarly(): Buffer | undefined {
    const early = this.#early
    this.#early = undefined
    this.#headFresh = false
    return early
  }

  #end(bytes: Buffer): Pace {
    const { res } = this.#x
    if (this.#heldHead !== undefined) {
      this.#heldHead.lines.push('content-length', String(bytes.length))
      this.#writeHead(this.#heldHead)
    }
    this.#detached = true
    this.#x.bytesOut += bytes.length
    const early = this.#takeEarly()
    if (early !== undefined && bytes.length > 0) res.write(early)
    const last = bytes.length > 0 ? bytes : early
    // A string leaves in one write with the head, for a tenth less CPU than two buffers take.
    if (last === undefined) res.end()
    else if (last.length > SMALL) res.end(last)
    else this.#endSoon(last.toString('latin1'))
    return 'ready'
  }

  #endSoon(text: string): void {
    this.#ending = true
    atEndOfTurn(() => void this.#x.res.end(text, 'latin1'))
  }

  #writeHead(head: AnswerHead): void {
    const x = this.#x
    // What is left of the body will not be read: another request could not follow on this connection.
    if (this.#events.draining || !x.req.complete) closeAfterAnswer(x, head.lines)
    else keepAfterAnswer(x, head.lines)
    x.res.writeHead(head.status, head.lines)
    x.status = head.status
    x.overheadMs += performance.now() - this.#headAt
    if (head.mediaType === 'text/event-stream') {
      this.#streaming = true
      x.chain.metrics.streamOpened()
    }
    // An event stream may be silent for long, so its head must not wait for bytes. But what arrived with the head shall
    // leave with it, in one write: hence not before this read is over.
    this.#headFresh = true
  }

  /** Sends the head that was written in this read, with what has arrived of the answer. */
  #flush(): void {
    const { res } = this.#x
    const early = this.#takeEarly()
    if (early === undefined) res.flushHeaders()
    else this.#send(early)
  }

  #replace(code: CoreCode): void {
    this.#abort()
    this.#events.fault(this.#x, code, new Error(codes[code].meaning))
  }

  #fail(error: unknown): void {
    this.#abort()
    if (!(error instanceof AnswerFault)) return this.#events.failed(this.#x, error)
    const x = this.#x
    if (x.status === 0) return this.#events.fault(x, UNREADABLE, error)
    x.ended = 'gateway-error'
    this.#events.torn(x, UNREADABLE, error)
    tear(x)
  }

  #abort(): void {
    if (this.#detached) return
    this.#detached = true
    this.#control?.abort()
  }
}
