const LETTER_A = 97

/**
 * A set of field names in lower case, which begin with a letter. Most names that are asked for are as long as none that
 * begins as they do: those cost two shifts and a mask, and are not put in lower case (5 ns in place of 40, for some 20
 * fields a request).
 */
export class FieldNames {
  readonly #names: ReadonlySet<string>
  /** By length, a bit for each letter that a name of that length begins with. */
  readonly #beginnings = new Int32Array(32)

  constructor(names: readonly string[]) {
    this.#names = new Set(names)
    for (const name of names) {
      if (name.length > 31) throw new RangeError('a name of more than 31 characters')
      this.#beginnings[name.length]! |= beginningOf(name)
    }
  }

  /** Whether a name is in the set, in whatever case. */
  has(name: string): boolean {
    return this.#mayHave(name) && this.#names.has(name.toLowerCase())
  }

  /** Whether a name is in the set as lax servers read it. */
  hasAsServersRead(name: string): boolean {
    if (!this.#mayHave(name)) return false
    const lower = name.toLowerCase()
    return this.#names.has(lower) || this.#names.has(asServersRead(lower))
  }

  #mayHave(name: string): boolean {
    return name.length < 32 && (this.#beginnings[name.length]! & beginningOf(name)) !== 0
  }
}

/** Upper and lower case are one; what is no letter may pass for one. */
const beginningOf = (name: string): number => 1 << ((name.charCodeAt(0) | 0x20) - LETTER_A)

/**
 * A name in lower case as lax servers read it: CGI-like ones read `_`, and some any sign, as `-`. A name that only differs
 * by it is the same name to them.
 */
export const asServersRead = (lower: string): string =>
  PLAIN.test(lower) ? lower : lower.replaceAll(/[^a-z0-9-]/g, '-')

const PLAIN = /^[a-z0-9-]+$/
