import { RE2JS } from '@bufbuild/re2'

/** A regular expression of RE2, which takes time in proportion to the text whatever the pattern. */
export interface Pattern {
  test(text: string): boolean
}

/** Patterns of the rules, compiled once. */
export class Patterns {
  readonly #compiled = new Map<string, Pattern>()

  /** @throws Error for what is no pattern */
  compile(pattern: string): Pattern {
    const compiled = this.#compiled.get(pattern) ?? RE2JS.compile(pattern)
    this.#compiled.set(pattern, compiled)
    return compiled
  }
}
