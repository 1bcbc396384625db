import type { Logger } from '@sluice/plugin-api'

/** Milliseconds in which Graph is left alone after it failed, unless it says how long. */
const PAUSE = 5000

/** Whether Microsoft Graph is left alone about one kind of callers, because it failed. Told once an outage. */
export class GraphOutage {
  readonly #about: string
  readonly #log: Logger
  #until = 0
  #told = false

  /** @param about What the log calls those whose groups cannot be found out */
  constructor(about: string, log: Logger) {
    this.#about = about
    this.#log = log
  }

  get lasts(): boolean {
    return performance.now() < this.#until
  }

  /** @param reason Never has what was sent. @param pauseMs How long Graph wants to be left alone, if it said so */
  begin(reason: string, pauseMs: number | undefined): void {
    this.#until = performance.now() + (pauseMs ?? PAUSE)
    if (!this.#told)
      this.#log.warn({ of: this.#about, reason }, 'groups cannot be found out; rules on them count against the caller')
    this.#told = true
  }

  end(): void {
    if (this.#told) this.#log.info({ of: this.#about }, 'groups can be found out again')
    this.#told = false
  }
}
