import { LRUCache } from 'lru-cache'
import { ask, type Rate, type Verdict } from './gcra.ts'
import type { Store } from './store.ts'

/** Counts in this process, exactly, for as many callers as it may remember. */
export class MemoryStore implements Store {
  readonly #arrivals: LRUCache<string, number>
  readonly #now: () => number

  /** `now` gives microseconds of a clock that never goes back. */
  constructor(max: number, now: () => number) {
    // With `max` it would set everything aside before there is one, and there may be thousands of entries.
    this.#arrivals = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
    this.#now = now
  }

  take(key: string, cost: number, rate: Rate): Verdict {
    const now = this.#now()
    const verdict = ask(this.#arrivals.get(key) ?? 0, now, cost, rate)
    if (verdict.allowed) this.#arrivals.set(key, now + verdict.ahead)
    return verdict
  }

  close(): void {
    this.#arrivals.clear()
  }
}
