import type { LiveExchange } from '../exchange/exchange.ts'

/**
 * The exchanges that are under way, each in a place that is used again. Not a Set: V8 makes a new table every few dozen
 * additions, and each dead table points to the one after it and to what was in it then. Once one of them is old, every
 * scavenge keeps all that came after: measured at 10,000 requests a second, pauses of 30 ms and 15 MB each time.
 */
export class OpenExchanges {
  readonly #places: (LiveExchange | undefined)[] = []
  readonly #free: number[] = []

  add(x: LiveExchange): void {
    x.place = this.#free.pop() ?? this.#places.length
    this.#places[x.place] = x
  }

  delete(x: LiveExchange): void {
    this.#places[x.place] = undefined
    this.#free.push(x.place)
  }

  *[Symbol.iterator](): IterableIterator<LiveExchange> {
    for (const x of this.#places) if (x !== undefined) yield x
  }
}
