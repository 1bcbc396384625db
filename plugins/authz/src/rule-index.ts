import { isWhole } from './anchors.ts'
import type { Condition } from './condition.ts'
import { LiteralFinder } from './literal-finder.ts'

interface Indexed {
  readonly condition: Condition
}

/** Finds rules by the things that they can hold for: those that name one, or a part of its name, then all others. */
export class RuleIndex<Rule extends Indexed> {
  readonly #rules: readonly Rule[]
  /** Places of rules, by the whole text of a thing. */
  readonly #byWhole: ReadonlyMap<string, readonly number[]>
  readonly #parts: LiteralFinder
  /** Places of rules, by the place of a part. */
  readonly #byPart: readonly (readonly number[])[]
  readonly #others: readonly number[]
  /** By their places, which rules are asked at all; `undefined` for all of them. */
  readonly #asked: Uint8Array | undefined
  /** By their places, at which search rules were asked last: a part may be in a name more than once. */
  readonly #askedAt: Float64Array
  #search = 0

  /** @param narrowed An index of the same rules, and which of them are asked */
  constructor(rules: readonly Rule[], narrowed?: { readonly index: RuleIndex<Rule>; readonly asked: Uint8Array }) {
    this.#rules = rules
    this.#askedAt = new Float64Array(rules.length)
    this.#asked = narrowed?.asked
    if (narrowed !== undefined) {
      const { index, asked } = narrowed
      this.#byWhole = index.#byWhole
      this.#parts = index.#parts
      this.#byPart = index.#byPart
      this.#others = index.#others.filter(place => asked[place] === 1)
      return
    }
    const byAnchor = placesByAnchor(rules)
    const parts = Array.from(byAnchor.keys()).filter(anchor => !isWhole(anchor))
    this.#byWhole = byAnchor
    this.#parts = new LiteralFinder(parts)
    this.#byPart = parts.map(part => byAnchor.get(part)!)
    this.#others = Array.from(rules.keys()).filter(place => rules[place]!.condition.notFalse === undefined)
  }

  /** The first that holds of those that can for a thing, by its text. */
  find(text: string, holds: (rule: Rule) => boolean): Rule | undefined {
    let found: Rule | undefined
    const asked = this.#asked
    const askedAt = this.#askedAt
    const search = ++this.#search
    const isFound = (place: number): boolean => {
      if (askedAt[place] === search || (asked !== undefined && asked[place] === 0)) return false
      askedAt[place] = search
      const rule = this.#rules[place]!
      if (!holds(rule)) return false
      found = rule
      return true
    }
    const named = this.#byWhole.get(text)
    if (named !== undefined && named.some(isFound)) return found
    if (this.#parts.some(text, part => this.#byPart[part]!.some(isFound))) return found
    this.#others.some(isFound)
    return found
  }

  /** One that asks only those of the rules that may hold. */
  narrowed(mayHold: (rule: Rule) => boolean): RuleIndex<Rule> {
    const asked = Uint8Array.from(this.#rules, rule => (mayHold(rule) ? 1 : 0))
    return new RuleIndex(this.#rules, { index: this, asked })
  }
}

const placesByAnchor = (rules: readonly Indexed[]): ReadonlyMap<string, readonly number[]> => {
  const places = new Map<string, number[]>()
  for (const [place, { condition }] of rules.entries()) {
    for (const anchor of condition.notFalse ?? []) {
      const known = places.get(anchor)
      if (known === undefined) places.set(anchor, [place])
      else known.push(place)
    }
  }
  return places
}
