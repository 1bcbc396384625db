/**
 * A set of field names in lower case. Most names that are asked for are of no length that is in it: those cost a shift
 * and a mask, and are not put in lower case (10 ns in place of 40, for some 20 fields a request).
 */
export class FieldNames {
  readonly #names: ReadonlySet<string>
  readonly #lengths: number

  constructor(names: readonly string[]) {
    this.#names = new Set(names)
    this.#lengths = names.reduce((lengths, { length }) => lengths | (1 << length), 0)
    if (names.some(({ length }) => length > 31)) throw new RangeError('a name of more than 31 characters')
  }

  /** Whether a name is in the set, in whatever case. */
  has(name: string): boolean {
    return this.mayHave(name) && this.#names.has(name.toLowerCase())
  }

  /** Whether a name is as long as one of the set. */
  mayHave({ length }: string): boolean {
    return length < 32 && (this.#lengths & (1 << length)) !== 0
  }
}

/**
 * A name in lower case as lax servers read it: CGI-like ones read `_`, and some any sign, as `-`. A name that only differs
 * by it is the same name to them.
 */
export const asServersRead = (lower: string): string =>
  PLAIN.test(lower) ? lower : lower.replaceAll(/[^a-z0-9-]/g, '-')

const PLAIN = /^[a-z0-9-]+$/
