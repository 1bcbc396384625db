import { isBeginning } from './condition.ts'

interface Beginning {
  readonly text: string
  readonly lower: string
}

/** Names in rules, and beginnings of names, by the keys of conditions. */
export class Names {
  readonly #whole: ReadonlySet<string>
  readonly #wholeInLowerCase: ReadonlySet<string>
  readonly #beginnings: readonly Beginning[]

  constructor(keys: readonly string[]) {
    this.#whole = new Set(keys.filter(key => !isBeginning(key)))
    this.#wholeInLowerCase = new Set(Array.from(this.#whole, key => key.toLowerCase()))
    this.#beginnings = keys.filter(isBeginning).map(key => ({ text: key.slice(1), lower: key.slice(1).toLowerCase() }))
  }

  /** Whether the key of a thing differs by case alone from one of these, or from what begins like one. */
  haveInOtherCase(key: string): boolean {
    if (this.#whole.has(key)) return false
    const inLowerCase = key.toLowerCase()
    return (
      this.#wholeInLowerCase.has(inLowerCase) ||
      this.#beginnings.some(({ text, lower }) => inLowerCase.startsWith(lower) && !key.startsWith(text))
    )
  }
}
