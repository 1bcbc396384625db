import type { Exchange, Fact } from '@sluice/plugin-api'
import type { LiveExchange } from './exchange.ts'

/** All facts of a gateway; each has a cell on every exchange. */
export class Facts {
  readonly #facts = new Map<string, Fact<unknown>>()
  readonly #empty: unknown[] = []

  /** The cells of a new exchange. */
  cells(): unknown[] {
    return this.#empty.slice()
  }

  /** One for all routes: what all share stays in the processor's cache. */
  fact<T>(name: string): Fact<T> {
    const fact = this.#facts.get(name) ?? factIn(this.#empty.push(undefined) - 1)
    this.#facts.set(name, fact)
    return fact as Fact<T>
  }
}

const factIn = (cell: number): Fact<unknown> => ({
  get: (x: Exchange) => (x as LiveExchange).cells[cell],
  set: (x: Exchange, value: unknown) => {
    ;(x as LiveExchange).cells[cell] = value
  }
})
