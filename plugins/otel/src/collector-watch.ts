import type { Logger } from '@sluice/plugin-api'

/** Tells of a collector that is away, and of its return: once each, however many exports fail. */
export class CollectorWatch {
  readonly #signal: string
  readonly #log: Logger
  #away = false

  constructor(signal: 'traces' | 'metrics', log: Logger) {
    this.#signal = signal
    this.#log = log
  }

  taken(): void {
    if (this.#away) this.#log.info({ signal: this.#signal }, 'the collector is back')
    this.#away = false
  }

  /** What an error says beyond its code may be a collector's page, or an address with a secret in it. */
  refused(error: unknown): void {
    if (!this.#away)
      this.#log.warn(
        { signal: this.#signal, reason: reasonOf(error) },
        'the collector does not take telemetry; it is lost'
      )
    this.#away = true
  }
}

const reasonOf = (error: unknown): string | number => {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' || typeof code === 'number' ? code : error.name
}
