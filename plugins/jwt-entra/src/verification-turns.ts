/** Share of the thread's time for whoever is not known yet, while known callers come. */
const SHARE = 0.25
/** Milliseconds of each turn of the event loop for them while no known caller comes: then whatever else waits has its turn. */
const SLICE_MS = 2
/** What the answer to one of them takes in milliseconds, beside the look at its token. */
const ANSWER_MS = 0.08
/** A known caller within these milliseconds means that there are some. */
const LATELY_MS = 5

/** How many may wait. */
export const MOST_WAITING = 10_000

/** What time it is, in milliseconds, and when a turn of the event loop ends. */
export interface Turns {
  readonly now: () => number
  readonly atEnd: (run: () => void) => void
}

const eventLoop: Turns = { now: () => performance.now(), atEnd: run => void setImmediate(run) }

/**
 * Divides the thread between callers whose token is remembered, and all others: the token of one of those costs a signature,
 * or is refused, and anybody can send as many as he likes. Known callers never wait. Others wait, in their order, where they
 * would take more than their share.
 */
export class VerificationTurns {
  readonly #turns: Turns
  readonly #waiting: (() => void)[] = []
  #known = 0
  #lastKnown = -Infinity
  /** Whether the end of this turn is being waited for. */
  #inTurn = false
  #since = 0
  /** Milliseconds that are left of this turn's share; the last one may overdraw it. */
  #left = 0

  constructor(turns: Turns = eventLoop) {
    this.#turns = turns
  }

  /** Counts a known caller. */
  known(): void {
    this.#known++
  }

  /** Does the work for somebody who is not known, at once or when it is his turn; `undefined` if too many wait. */
  take<T>(work: () => T | Promise<T>): T | Promise<T> | undefined {
    if (!this.#inTurn) this.#begin()
    if (this.#waiting.length === 0 && this.#left > 0) return this.#charged(work)
    if (this.#waiting.length >= MOST_WAITING) return undefined
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(this.#charged(work))
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  #begin(): void {
    const now = this.#turns.now()
    this.#left = this.#shareOf(now, 0)
    this.#awaitEnd(now)
  }

  #awaitEnd(now: number): void {
    this.#inTurn = true
    this.#since = now
    this.#turns.atEnd(() => this.#end())
  }

  #end(): void {
    this.#inTurn = false
    if (this.#waiting.length === 0) return
    const now = this.#turns.now()
    this.#left = this.#shareOf(now, now - this.#since)
    while (this.#left > 0 && this.#waiting.length > 0) this.#waiting.shift()!()
    if (this.#waiting.length > 0) this.#awaitEnd(now)
  }

  /** Milliseconds for those who are not known, of a turn that took `tookMs`: enough for one, or nobody would ever be let in. */
  #shareOf(now: number, tookMs: number): number {
    if (this.#known > 0) this.#lastKnown = now
    this.#known = 0
    return now - this.#lastKnown < LATELY_MS ? Math.max(SHARE * tookMs, Number.MIN_VALUE) : SLICE_MS
  }

  #charged<T>(work: () => T): T {
    const before = this.#turns.now()
    try {
      return work()
    } finally {
      this.#left -= this.#turns.now() - before + ANSWER_MS
    }
  }
}
