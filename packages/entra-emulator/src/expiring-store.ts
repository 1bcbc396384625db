import { randomBytes } from 'node:crypto'

/** A value with the time until which it is good. */
export interface Stored<T> {
  readonly value: T
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

const oneDay = 86_400_000
const oneHour = 3_600_000

const unguessableKey = (): string => `1.A${randomBytes(48).toString('base64url')}`

/** Keeps values under keys that cannot be guessed. An expired value stays a day longer, and up to an hour more, so that it can be told from an unknown one. */
export class ExpiringStore<T> {
  readonly #entries = new Map<string, Stored<T>>()
  readonly #now: () => number
  #sweepAt = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Stores a value and returns its key, which is made here unless it is known already. */
  add(value: T, expiresAt: number, key: string = unguessableKey()): string {
    if (this.#now() >= this.#sweepAt) this.#sweep(this.#now())
    this.#entries.set(key, { value, expiresAt })
    return key
  }

  find(key: string): Stored<T> | undefined {
    return this.#entries.get(key)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** Looks through all entries, so not with every one that is added. */
  #sweep(now: number): void {
    this.#sweepAt = now + oneHour
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt < now - oneDay) this.#entries.delete(key)
  }
}
