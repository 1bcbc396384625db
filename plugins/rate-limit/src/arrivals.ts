import { LRUCache } from 'lru-cache'

/** Until when the calls of each caller have used up their share, in microseconds; for so many callers. */
export interface Arrivals {
  /** The key under which a caller is remembered. */
  place(key: string, now: number): string
  /** 0 for one that is not remembered. */
  get(key: string): number
  set(key: string, arrival: number): void
  clear(): void
}

/** Forgets the least recently seen of too many callers, who starts anew: of callers that nobody makes up. */
export class ForgettingArrivals implements Arrivals {
  readonly #arrivals: LRUCache<string, { arrival: number }>

  constructor(max: number) {
    // With `max` it would set everything aside before there is one, and there may be thousands of entries.
    this.#arrivals = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
  }

  place(key: string): string {
    return key
  }

  get(key: string): number {
    return this.#arrivals.get(key)?.arrival ?? 0
  }

  set(key: string, arrival: number): void {
    // It is the one that was asked for last: nothing is to be put in order again.
    const known = this.#arrivals.peek(key)
    if (known === undefined) this.#arrivals.set(key, { arrival })
    else known.arrival = arrival
  }

  clear(): void {
    this.#arrivals.clear()
  }
}

/**
 * Forgets nobody whose calls still count, so that names which a client makes up free no other: those that find no room
 * share one arrival.
 */
export class SharingArrivals implements Arrivals {
  readonly #max: number
  /** The least recently counted first. */
  readonly #arrivals = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  place(key: string, now: number): string {
    if (this.#arrivals.has(key)) return key
    for (const [oldest, arrival] of this.#arrivals) {
      if (this.#arrivals.size < this.#max || arrival > now) break
      this.#arrivals.delete(oldest)
    }
    return this.#arrivals.size < this.#max ? key : OTHER
  }

  get(key: string): number {
    return this.#arrivals.get(key) ?? 0
  }

  set(key: string, arrival: number): void {
    this.#arrivals.delete(key)
    this.#arrivals.set(key, arrival)
  }

  clear(): void {
    this.#arrivals.clear()
  }
}

/** No caller is called so: callers have a space in their names. */
const OTHER = 'other'
