import type { Arrivals } from './arrivals.ts'
import { ask, type Rate, type Verdict } from './gcra.ts'
import { longest } from './longest.ts'
import type { Charge, Store } from './store.ts'

/** Counts in this thread, exactly, for as many callers as it may remember. */
export class MemoryStore implements Store {
  readonly #arrivals: Arrivals
  readonly #now: () => number

  /** `now` gives microseconds of a clock that never goes back. */
  constructor(arrivals: Arrivals, now: () => number) {
    this.#arrivals = arrivals
    this.#now = now
  }

  take(charges: readonly Charge[], rate: Rate): Verdict {
    const now = this.#now()
    const [first] = charges
    return charges.length === 1 ? this.#takeOne(first!, now, rate) : this.#takeAll(charges, now, rate)
  }

  close(): void {
    this.#arrivals.clear()
  }

  #takeOne(charge: Charge, now: number, rate: Rate): Verdict {
    const key = this.#arrivals.place(charge.key, now)
    const verdict = ask(this.#arrivals.get(key), now, charge.cost, rate)
    if (verdict.allowed) this.#arrivals.set(key, now + verdict.ahead)
    return verdict
  }

  #takeAll(charges: readonly Charge[], now: number, rate: Rate): Verdict {
    const costs = new Map<string, number>()
    for (const { key, cost } of charges) {
      const place = this.#arrivals.place(key, now)
      costs.set(place, (costs.get(place) ?? 0) + cost)
    }
    const verdicts = Array.from(costs, ([key, cost]) => [key, ask(this.#arrivals.get(key), now, cost, rate)] as const)
    const refused = verdicts.filter(([, { allowed }]) => !allowed)
    if (refused.length > 0)
      return longest(
        refused.map(([, verdict]) => verdict),
        rate
      )
    for (const [key, { ahead }] of verdicts) this.#arrivals.set(key, now + ahead)
    return longest(
      verdicts.map(([, verdict]) => verdict),
      rate
    )
  }
}
