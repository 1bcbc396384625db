/** What a check is about. */
export type Check =
  | 'plugin'
  | 'schema'
  | 'configuration'
  | 'import'
  | 'filter'
  | 'hooks'
  | 'reply'
  | 'facts'
  | 'credentials'
  | 're-entrance'
  | 'neighbours'
  | 'close'

/** One point in which a plugin does not keep the contract. */
export interface Breach {
  readonly check: Check
  readonly message: string
}

/** Every breach of a plugin, in one error: what {@link conformance} rejects with. */
export class ConformanceError extends Error {
  override name = 'ConformanceError'
  readonly breaches: readonly Breach[]

  constructor(plugin: string, breaches: readonly Breach[]) {
    const lines = breaches.map(({ check, message }) => `  ${check}: ${message}`)
    super(`${plugin} does not keep the contract of a filter plugin:\n${lines.join('\n')}`)
    this.breaches = breaches
  }
}

/** Breaches as they are found; what several requests show alike is kept once. */
export class BreachList {
  readonly #found = new Map<string, Breach>()

  get all(): readonly Breach[] {
    return [...this.#found.values()]
  }

  /** `point`: what is the same where only the place differs. */
  add(check: Check, message: string, point = message): void {
    const key = `${check} ${point}`
    if (!this.#found.has(key)) this.#found.set(key, { check, message })
  }
}
