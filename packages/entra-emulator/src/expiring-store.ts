import { randomBytes } from 'node:crypto'

/** A value with the time until which it is good. */
export interface Stored<T> {
  readonly value: T
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

const oneDay = 86_400_000

const unguessableKey = (): string => `1.A${randomBytes(48).toString('base64url')}`

/** Keeps values under keys that cannot be guessed. An expired value stays a day longer, so that it can be told from an unknown one. */
export class ExpiringStore<T> {
  readonly #entries = new Map<string, Stored<T>>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Stores a value and returns its key, which is made here unless it is known already. */
  add(value: T, expiresAt: number, key: string = unguessableKey()): string {
    const forgotten = this.#now() - oneDay
    for (const [key, entry] of this.#entries) if (entry.expiresAt < forgotten) this.#entries.delete(key)
    this.#entries.set(key, { value, expiresAt })
    return key
  }

  find(key: string): Stored<T> | undefined {
    return this.#entries.get(key)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
