import type { Logger } from '@sluice/plugin-api'

/** Milliseconds in which Graph is left alone after it failed, unless it says how long. */
const PAUSE = 5000
/** The longest that it is left alone, whatever it says, in milliseconds. */
const LONGEST_PAUSE = 3_600_000

/** Whose groups cannot be found out, as the log says it. */
export interface Affected {
  readonly of: string
  readonly tenant: string
}

/** Whether Microsoft Graph is left alone about one kind of a tenant's callers, because it failed. Told once an outage. */
export class GraphOutage {
  readonly #affected: Affected
  readonly #log: Logger
  #until = 0
  #told = false

  constructor(affected: Affected, log: Logger) {
    this.#affected = affected
    this.#log = log
  }

  get lasts(): boolean {
    return performance.now() < this.#until
  }

  /** @param reason Never has what was sent. @param pauseMs How long Graph wants to be left alone, if it said so */
  begin(reason: string, pauseMs: number | undefined): void {
    this.#until = performance.now() + Math.min(pauseMs ?? PAUSE, LONGEST_PAUSE)
    if (!this.#told)
      this.#log.warn(
        { ...this.#affected, reason },
        'groups cannot be found out; rules on them count against the caller'
      )
    this.#told = true
  }

  end(): void {
    if (this.#told) this.#log.info(this.#affected, 'groups can be found out again')
    this.#told = false
  }
}
