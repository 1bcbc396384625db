import type { Logger } from '@sluice/plugin-api'

const PAUSE_MS = 60_000

/** Warns at most once a minute, and says then what it kept to itself: for what anybody can bring about, as often as they like. */
export class SparingLog {
  readonly #log: Logger
  readonly #now: () => number
  #quietUntil = 0
  #unsaid = 0

  constructor(log: Logger, now: () => number) {
    this.#log = log
    this.#now = now
  }

  warn(fields: object, message: string): void {
    const now = this.#now()
    if (now < this.#quietUntil) return void this.#unsaid++
    this.#log.warn({ ...fields, ...(this.#unsaid > 0 && { unsaid: this.#unsaid }) }, message)
    this.#quietUntil = now + PAUSE_MS
    this.#unsaid = 0
  }
}
