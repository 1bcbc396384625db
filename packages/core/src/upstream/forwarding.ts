import { isPromise, type Refused, runOnResponse } from '../chain/run.ts'
import { type CoreCode, codes } from '../codes.ts'
import type { Forwarded, LiveExchange } from '../exchange/exchange.ts'
import { AnswerHead } from '../exchange/response-head.ts'
import { tear } from '../exchange/tear.ts'
import type { ClientFault } from '../http-client/client-fault.ts'
import type { ResponseControl, ResponseHandler } from '../http-client/outgoing.ts'
import { type RequestFraming, requestText } from '../http-client/request-text.ts'
import type { ReceivedHead } from '../http-client/response-head.ts'
import { AnswerFault, answerReader, type AnswerReader } from '../mcp/answer-reader.ts'
import { type ListListener, listListener } from '../mcp/list-listener.ts'
import { type AnswerSource, AnswerWriter, type Pace } from './answer-writer.ts'
import { faultCode } from './fault.ts'
import type { RequestBody } from './request-body.ts'
import type { ForwardedHead } from './request-head.ts'
import { responseLines } from './response-lines.ts'
import { withoutLength } from './without-length.ts'

const NOTHING = Buffer.alloc(0)
const UNREADABLE = 'SLUICE_UPSTREAM_RESULT_UNREADABLE'

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
  /** The same, after another answer took the place of this one: to be told, and nothing else. */
  failedLate(x: LiveExchange, error: unknown): void
  /** A filter refused one result of the answer. */
  refused(x: LiveExchange, refused: Refused): void
}

/**
 * One request on its way to the upstream and its answer on the way back: what the HTTP client tells on one side, the
 * gateway's client on the other. Bytes are passed as they come; a slow side pauses the other.
 */
export class Forwarding implements ResponseHandler, AnswerSource, Forwarded {
  readonly #x: LiveExchange
  readonly #events: ForwardingEvents
  readonly #writer: AnswerWriter
  /** While the response goes on: its connection serves others before and after. */
  #control: ResponseControl | undefined = undefined
  /** The client is gone, or an answer of the gateway's own has taken the place of the upstream's. */
  #detached = false
  #headAt = 0
  /** A hook waits. */
  #waiting = false
  /** Reads results, where a filter asks for them. */
  #reader: AnswerReader | undefined = undefined
  /** Listens to a list that passes. */
  #listener: ListListener | undefined = undefined
  /** Waits for the body, whose length may change. */
  #heldHead: AnswerHead | undefined = undefined

  constructor(x: LiveExchange, events: ForwardingEvents) {
    this.#x = x
    this.#events = events
    this.#writer = new AnswerWriter(x, this)
  }

  get wanted(): boolean {
    return !this.#detached
  }

  get isStream(): boolean {
    return this.#writer.streaming
  }

  send(head: ForwardedHead, body: RequestBody, framing: RequestFraming): void {
    const { pool, host } = this.#x.chain.upstream!
    const text = requestText(head.method, head.path, host, head.lines, framing)
    pool.send({ method: head.method, head: text, body }, this)
  }

  /** The client's connection has closed: whatever the upstream still does is of no use to anyone. */
  clientClosed(): void {
    if (this.#writer.streaming) this.#x.chain.metrics.streamClosed()
    if (!this.#x.res.writableFinished) this.#abort()
  }

  /** A stream ends if no event of it is half sent, so that the client connects anew elsewhere; half an answer is torn. */
  abandon(): void {
    if (this.#writer.ended) return
    this.#abort()
    this.#writer.breakOff()
  }

  /** A stream ends when the event that is on its way is whole, and with these; half an answer is torn. */
  end(events: Buffer = NOTHING): void {
    this.#writer.endWith(events)
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
      this.#writer.write(bytes, this.#listener === undefined)
    } else {
      this.#read(
        () => reader.take(bytes),
        read => this.#writer.write(read)
      )
    }
  }

  onReadDone(): void {
    if (!this.#detached) this.#writer.flush()
  }

  onEnd(): void {
    // The connection may serve another request by now.
    this.#control = undefined
    const reader = this.#reader
    if (reader === undefined) {
      this.#listener?.end()
      return this.#end(NOTHING)
    }
    // What came of a held head until now was waiting for the upstream.
    if (this.#heldHead !== undefined) this.#headAt = performance.now()
    this.#read(
      () => reader.end(),
      read => {
        this.#end(read)
        return 'ready'
      }
    )
  }

  onFault(fault: ClientFault): void {
    if (this.#detached) return
    this.#detach()
    const x = this.#x
    if (x.status === 0) return this.#events.fault(x, faultCode(fault), fault)
    x.ended = 'upstream-gone'
    this.#events.torn(x, 'SLUICE_UPSTREAM_TORN', fault)
    tear(x)
  }

  pause(): void {
    this.#control?.pause()
  }

  drained(): void {
    if (!this.#waiting) this.#control?.resume()
  }

  lastWritten(): void {
    this.abandon()
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
        if (pace === 'ready' && !this.#writer.slow) this.#control?.resume()
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
        x.overheadMs += performance.now() - this.#headAt
        return 'ready'
      }
    } else this.#listener = listListener(head, x)
    this.#writeHead(head)
    return 'ready'
  }

  #writeHead(head: AnswerHead): void {
    this.#writer.begin(head, this.#events.draining)
    this.#x.overheadMs += performance.now() - this.#headAt
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

  #end(bytes: Buffer): void {
    const head = this.#heldHead
    if (head !== undefined) {
      head.lines.push('content-length', String(bytes.length))
      this.#writeHead(head)
      this.#heldHead = undefined
    }
    this.#detach()
    this.#writer.end(bytes)
  }

  #replace(code: CoreCode): void {
    this.#abort()
    this.#events.fault(this.#x, code, new Error(codes[code].meaning))
  }

  #fail(error: unknown): void {
    if (this.#detached) return this.#events.failedLate(this.#x, error)
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
    this.#detach()
    if (this.#control === undefined) this.#x.chain.upstream?.pool.forget(this)
    this.#control?.abort()
    this.#control = undefined
  }

  #detach(): void {
    this.#detached = true
    // The answer that takes the place of a head that was held is another one, which no hook has seen.
    if (this.#heldHead !== undefined) this.#x.responseHooksRun = 0
    this.#heldHead = undefined
  }
}
