/**
 * A point in time that moves with every request. To move it costs a clock reading: the timer behind it is left alone, and
 * set anew when it goes off early. Keeps no process alive.
 */
export class Deadline {
  readonly #passed: () => void
  #at = Infinity
  #timer: NodeJS.Timeout | undefined = undefined
  #timerAt = Infinity

  /** `passed` is called once the point is reached, unless it was moved. */
  constructor(passed: () => void) {
    this.#passed = passed
  }

  /** Moves it to `ms` milliseconds from now. */
  set(ms: number): void {
    this.#at = performance.now() + ms
    if (this.#at < this.#timerAt) this.#arm(ms)
  }

  /** There is none until {@link set}. */
  clear(): void {
    this.#at = Infinity
  }

  /** Ends the timer behind it, too. */
  close(): void {
    this.#at = Infinity
    clearTimeout(this.#timer)
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer)
    this.#timerAt = this.#at
    this.#timer = setTimeout(() => this.#onTimer(), ms).unref()
  }

  #onTimer(): void {
    this.#timerAt = Infinity
    const left = this.#at - performance.now()
    // Timers may be a millisecond early.
    if (left > 1) {
      if (left !== Infinity) this.#arm(left)
      return
    }
    this.#at = Infinity
    this.#passed()
  }
}
