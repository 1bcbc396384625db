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

  /** What matches as it is, or if the case of letters did not matter. @throws Error for what is no pattern */
  inAnyCase(pattern: string): (text: string) => boolean {
    const exact = this.compile(pattern)
    const folded = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
    // `[^A-Z]` is less of what it was where the case does not matter.
    return EXCLUDES.test(pattern) ? text => folded.test(text) || exact.test(text) : text => folded.test(text)
  }
}

/** Whether a pattern may say what a sign is not. */
const EXCLUDES = /[[:]\^|\\[pPW]/
