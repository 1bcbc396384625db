import type { Dispatcher } from 'undici'
import { isPromise, runOnResponse } from '../chain/run.ts'
import { type CoreCode, codes } from '../codes.ts'
import type { Forwarded, LiveExchange } from '../exchange/exchange.ts'
import { closeAfterAnswer } from '../exchange/closing.ts'
import { AnswerHead } from '../exchange/response-head.ts'
import { answerFault, connectFault } from './fault.ts'
import type { RequestBody } from './request-body.ts'
import type { ForwardedHead } from './request-head.ts'
import { responseLines } from './response-lines.ts'

/** An answer up to this many bytes leaves in one write with its head. */
const SMALL_ANSWER = 64 * 1024

/** What the forwarding path hands back when the upstream's answer cannot be passed on. */
export interface ForwardingEvents {
  /** Whether every answer from now on asks the client to connect anew. */
  readonly draining: boolean
  /** Nothing of an answer was written yet: answer with this code instead. */
  fault(x: LiveExchange, code: CoreCode, error: unknown): void
  /** The upstream broke off after the head was written. */
  torn(x: LiveExchange, error: unknown): void
  /** An `onResponse` hook threw, or gave a promise that did. */
  failed(x: LiveExchange, error: unknown): void
}

/**
 * One request on its way to the upstream and its answer on the way back: undici's events on one side, the client's
 * response on the other. Bytes are passed as they come; a slow side pauses the other.
 */
export class Forwarding implements Dispatcher.DispatchHandler, Forwarded {
  readonly #x: LiveExchange
  readonly #events: ForwardingEvents
  #controller: Dispatcher.DispatchController | undefined
  /** The client is gone, or an answer of the gateway's own has taken the place of the upstream's. */
  #detached = false
  #streaming = false
  #headAt = 0
  /** The head is not on its way yet, and what arrives in the same read may leave with it. */
  #headHeld = false
  /** What arrived in the same read as the head. */
  #held: Buffer | undefined
  /** A hook waits before the head is written. undici does not pause an answer to HEAD, whose end comes all the same. */
  #headPending = false
  #endPending = false

  constructor(x: LiveExchange, events: ForwardingEvents) {
    this.#x = x
    this.#events = events
  }

  dispatch(head: ForwardedHead, body: RequestBody): void {
    const { pool } = this.#x.chain.upstream!
    pool.dispatch({ method: head.method, path: head.path, headers: head.lines, body }, this)
  }

  /** The client's connection has closed: whatever the upstream still does is of no use to anyone. */
  clientClosed(): void {
    if (this.#streaming) this.#x.chain.metrics.streamClosed()
    if (!this.#x.res.writableFinished) this.#abort()
  }

  /** The gateway stops: a stream ends, so that the client connects anew elsewhere; half an answer is torn. */
  drained(): void {
    const { res } = this.#x
    this.#abort()
    if (this.#streaming) res.end()
    else if (res.headersSent) res.destroy()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // To abort would take the connection along, which has not been used yet: a throw only takes the request out.
    if (this.#detached) throw new Error('The client went away')
    this.#controller = controller
  }

  onBodySent(chunk: Buffer): void {
    this.#x.bytesIn += chunk.length
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.#detached || status < 200) return
    const x = this.#x
    this.#headAt = performance.now()
    if (status === 401) return this.#replace('SLUICE_UPSTREAM_UNAUTHORIZED')
    const head = new AnswerHead(status, 'upstream', responseLines(controller.rawHeaders as Buffer[], status))
    try {
      const waiting = runOnResponse(head, x)
      if (isPromise(waiting)) this.#writeLater(head, waiting, controller)
      else this.#writeHead(head, controller)
    } catch (error) {
      this.#fail(error)
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#detached) return
    this.#x.bytesOut += chunk.length
    if (this.#headHeld && this.#held === undefined && chunk.length <= SMALL_ANSWER) this.#held = chunk
    else this.#write(chunk, controller)
  }

  onResponseEnd(): void {
    if (this.#detached) return
    if (this.#headPending) {
      this.#endPending = true
      return
    }
    this.#detached = true
    const held = this.#takeHeld()
    // A string leaves in one write with its head, which costs a tenth less CPU than two buffers do.
    if (held === undefined) this.#x.res.end()
    else this.#x.res.end(held.toString('latin1'), 'latin1')
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#detached) return
    this.#detached = true
    const x = this.#x
    if (x.status === 0)
      return this.#events.fault(x, this.#controller === undefined ? connectFault(error) : answerFault(error), error)
    x.ended = 'upstream-gone'
    this.#events.torn(x, error)
    tear(x)
  }

  #writeLater(head: AnswerHead, waiting: Promise<void>, controller: Dispatcher.DispatchController): void {
    controller.pause()
    this.#headPending = true
    waiting
      .then(() => {
        if (this.#detached) return
        this.#headPending = false
        this.#writeHead(head, controller)
        if (this.#endPending) this.onResponseEnd()
        else controller.resume()
      })
      .catch((error: unknown) => this.#fail(error))
  }

  #writeHead(head: AnswerHead, controller: Dispatcher.DispatchController): void {
    const x = this.#x
    // What is left of the body will not be read: another request could not follow on this connection.
    if (this.#events.draining || !x.req.complete) closeAfterAnswer(x, head.lines)
    x.res.writeHead(head.status, head.lines)
    x.status = head.status
    x.overheadMs += performance.now() - this.#headAt
    if (isEventStream(head)) {
      this.#streaming = true
      x.chain.metrics.streamOpened()
    }
    // An event stream may be silent for long, so its head must not wait for bytes. But what arrived with the head shall
    // leave with it, in one write: hence not before this read is parsed.
    this.#headHeld = true
    process.nextTick(flush, this, controller)
  }

  flush(controller: Dispatcher.DispatchController): void {
    const { res } = this.#x
    if (res.writableEnded || res.destroyed) return
    const held = this.#takeHeld()
    if (held === undefined) res.flushHeaders()
    else this.#write(held, controller)
  }

  #write(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    const { res } = this.#x
    const held = this.#takeHeld()
    if (held !== undefined) res.write(held)
    if (res.write(chunk)) return
    controller.pause()
    res.once('drain', () => controller.resume())
  }

  #takeHeld(): Buffer | undefined {
    const held = this.#held
    this.#held = undefined
    this.#headHeld = false
    return held
  }

  #replace(code: CoreCode): void {
    this.#abort()
    this.#events.fault(this.#x, code, new Error(codes[code].meaning))
  }

  #fail(error: unknown): void {
    this.#abort()
    this.#events.failed(this.#x, error)
  }

  #abort(): void {
    if (this.#detached) return
    this.#detached = true
    this.#controller?.abort(new Error('The answer is not wanted any more'))
  }
}

const flush = (forwarding: Forwarding, controller: Dispatcher.DispatchController): void => forwarding.flush(controller)

const isEventStream = (head: AnswerHead): boolean => {
  const type = head.get('content-type')
  if (type === undefined) return false
  const mark = type.indexOf(';')
  return (mark === -1 ? type : type.slice(0, mark)).trim().toLowerCase() === 'text/event-stream'
}

/** A client must never take half an answer for a whole one. HTTP/1.0 ends a body by closing: only a reset tells. */
const tear = (x: LiveExchange): void => {
  const { socket } = x.res
  if (x.req.httpVersionMinor === 0 && socket !== null && 'resetAndDestroy' in socket) socket.resetAndDestroy()
  else x.res.destroy()
}
