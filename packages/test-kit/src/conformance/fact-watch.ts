import type { Exchange, Fact, Plugin } from '@sluice/plugin-api'
import { fakeFact } from '../facts.ts'
import type { BreachList } from './breach.ts'

/** Hands out facts, and sees which ones a filter sets and reads. */
export class FactWatch {
  readonly #mayRead: ReadonlySet<string>
  readonly #maySet: ReadonlySet<string>
  readonly #breaches: BreachList
  readonly #set = new WeakMap<Exchange, Record<string, unknown>>()

  constructor(plugin: Plugin, config: object, breaches: BreachList) {
    const { reads = [], provides = [] } = plugin
    this.#mayRead = new Set([...requiredBy(plugin, config), ...reads, ...provides])
    this.#maySet = new Set(provides)
    this.#breaches = breaches
  }

  fact<T>(name: string): Fact<T> {
    const fact = fakeFact<T>(name)
    return {
      get: x => {
        if (!this.#mayRead.has(name))
          this.#breaches.add('facts', `it reads "${name}", which neither requires() nor reads names`)
        return fact.get(x)
      },
      set: (x, value) => {
        if (!this.#maySet.has(name)) this.#breaches.add('facts', `it sets "${name}", which provides does not name`)
        this.#set.set(x, { ...this.#set.get(x), [name]: value })
        fact.set(x, value)
      }
    }
  }

  /** What the filter set on an exchange, by name. */
  setOn(x: Exchange): Readonly<Record<string, unknown>> {
    return this.#set.get(x) ?? {}
  }
}

const requiredBy = (plugin: Plugin, config: object): readonly string[] => {
  try {
    return plugin.requires?.(config) ?? []
  } catch {
    return []
  }
}
