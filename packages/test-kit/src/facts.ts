import type { Exchange, Fact } from '@sluice/plugin-api'

const cells = new WeakMap<Exchange, Map<string, unknown>>()

/** The fact of a name, as every filter of one exchange sees it, whatever context it was made with. */
export function fakeFact<T>(name: string): Fact<T> {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- filters agree on a fact's type by its name
    get: x => cells.get(x)?.get(name) as T | undefined,
    set(x, value) {
      const facts = cells.get(x) ?? new Map<string, unknown>()
      facts.set(name, value)
      cells.set(x, facts)
    }
  }
}

/** What one filter keeps on exchanges. */
export function fakeOwnCell<T>(): Fact<T> {
  const kept = new WeakMap<Exchange, T>()
  return { get: x => kept.get(x), set: (x, value) => void kept.set(x, value) }
}
