import type { Exchange, Fact } from '@sluice/plugin-api'
import type { LiveExchange } from './exchange.ts'

/** The names of all facts of a gateway; each has a cell on every exchange. */
export class Facts {
  readonly #places = new Map<string, number>()
  readonly #empty: unknown[] = []

  /** The cells of a new exchange. */
  cells(): unknown[] {
    return this.#empty.slice()
  }

  fact<T>(name: string): Fact<T> {
    const cell = this.#places.get(name) ?? this.#empty.push(undefined) - 1
    this.#places.set(name, cell)
    return {
      get: (x: Exchange) => (x as LiveExchange).cells[cell] as T | undefined,
      set: (x: Exchange, value: T) => {
        ;(x as LiveExchange).cells[cell] = value
      }
    }
  }
}
