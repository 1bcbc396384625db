import { type PlainError, plainError, revivedError } from './plain-error.ts'

/** One end of a pipe of messages between two threads. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

type Frame =
  | { readonly ask: number | undefined; readonly body: unknown }
  | { readonly answered: number; readonly value: unknown }
  | { readonly failed: number; readonly error: PlainError }

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Questions, answers and news from one thread to another and back, in their order. */
export class Channel<Out, In> {
  readonly #port: Port
  readonly #take: (message: In) => unknown
  readonly #refused: (error: unknown) => void
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #closed: Error | undefined

  /**
   * `take` answers what comes; where it throws or rejects, so does the question at the other end, and of news, for which
   * nobody waits, `refused` is told.
   */
  constructor(port: Port, take: (message: In) => unknown, refused: (error: unknown) => void) {
    this.#port = port
    this.#take = take
    this.#refused = refused
    port.on('message', frame => void this.#receive(frame as Frame))
  }

  /** Sends news. */
  tell(body: Out): void {
    if (this.#closed === undefined) this.#send({ ask: undefined, body })
  }

  /** Asks. */
  ask(body: Out): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const number = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      this.#send({ ask: number, body })
    })
  }

  /** The other end is gone: nothing more is answered. */
  close(reason: Error): void {
    this.#closed = reason
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }

  async #receive(frame: Frame): Promise<void> {
    if ('answered' in frame) return this.#settle(frame.answered, ({ resolve }) => resolve(frame.value))
    if ('failed' in frame) return this.#settle(frame.failed, ({ reject }) => reject(revivedError(frame.error)))
    const { ask, body } = frame
    try {
      const value = await this.#take(body as In)
      if (ask !== undefined) this.#send({ answered: ask, value })
    } catch (error) {
      if (ask === undefined) this.#refused(error)
      else this.#send({ failed: ask, error: plainError(error) })
    }
  }

  #send(frame: Frame): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none, as a window has
    this.#port.postMessage(frame)
  }

  #settle(number: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    if (waiting !== undefined) settle(waiting)
  }
}
