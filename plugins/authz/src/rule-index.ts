import type { Condition } from './condition.ts'

interface Indexed {
  readonly condition: Condition
}

/** Finds rules by the things that they can hold for: those that name one, those that name how it begins, then all others. */
export class RuleIndex<Rule extends Indexed> {
  readonly #byKey = new Map<string, Rule[]>()
  /** How long the keys of beginnings are, without their sign. */
  readonly #lengths: readonly number[]
  readonly #others: readonly Rule[]

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      for (const key of rule.condition.notFalse ?? []) {
        const known = this.#byKey.get(key)
        if (known === undefined) this.#byKey.set(key, [rule])
        else known.push(rule)
      }
    }
    const prefixes = Array.from(this.#byKey.keys()).filter(key => key.startsWith('^'))
    this.#lengths = [...new Set(prefixes.map(({ length }) => length - 1))].toSorted((a, b) => a - b)
    this.#others = rules.filter(({ condition }) => condition.notFalse === undefined)
  }

  /** The first that holds of those that can for a thing, by its key. */
  find(thing: string, holds: (rule: Rule) => boolean): Rule | undefined {
    return this.#byKey.get(thing)?.find(holds) ?? this.#byBeginning(thing, holds) ?? this.#others.find(holds)
  }

  #byBeginning(thing: string, holds: (rule: Rule) => boolean): Rule | undefined {
    for (const length of this.#lengths) {
      if (length > thing.length) return undefined
      const found = this.#byKey.get(`^${thing.slice(0, length)}`)?.find(holds)
      if (found !== undefined) return found
    }
    return undefined
  }
}
