import { decimalOf } from './decimal.ts'
import { JsonFault } from './json.ts'
import { type OnNumber, walkNumbers } from './number-walk.ts'

/** Two numbers of one name that JavaScript holds as one. */
const CLASH = Symbol('clash')

/** A text with more numbers of another spelling has the rest written as JavaScript does; they stay the same numbers. */
const MOST_SPELLINGS = 10_000

/** A double holds every number of 15 digits (IEEE 754, binary64). */
const isShort = (source: string): boolean => source.length <= 15 && !/e/i.test(source)

/**
 * The numbers of a text that JavaScript would write otherwise: those that it cannot hold (`12345678901234567890`, `1e400`)
 * and those of another spelling (`1.0`, an integer to some and none to others).
 */
class WrittenNumbers {
  readonly #inPlace = new Map<object, Map<string, string>>()
  /** Of those that cannot be held, for what filters built anew: by name, then by what they are held as. */
  readonly #byName = new Map<string, Map<number, string | typeof CLASH>>()

  constructor(text: string, value: unknown) {
    let spellings = 0
    const take: OnNumber = (holder, key, name, source) => {
      const held = Number(source)
      if (String(held) === source) return
      const exact = isShort(source) || decimalOf(String(held)) === decimalOf(source)
      if (exact && ++spellings > MOST_SPELLINGS) return
      if (holder !== undefined) this.#keep(holder, key, source)
      if (!exact) this.#name(name, held, source)
    }
    // An array that a filter made longer or shorter has other items in the old places.
    walkNumbers(text, value, take, (holder, items) => {
      if (Array.isArray(holder) && holder.length !== items) this.#inPlace.delete(holder)
    })
    // Also with one that is held exactly a number clashes that is not.
    if (this.#byName.size > 0)
      walkNumbers(text, value, (_holder, _key, name, source) => {
        if (this.#byName.get(name)?.has(Number(source)) === true) this.#name(name, Number(source), source)
      })
  }

  get none(): boolean {
    return this.#inPlace.size === 0 && this.#byName.size === 0
  }

  /** How a number was written; `undefined` if as JavaScript does. @throws JsonFault if that cannot be told */
  sourceOf(holder: object, key: string, name: string, held: number): string | undefined {
    const inPlace = this.#inPlace.get(holder)?.get(key)
    if (inPlace !== undefined && Number(inPlace) === held) return inPlace
    const named = this.#byName.get(name)?.get(held)
    if (named === CLASH)
      throw new JsonFault(
        'ambiguous',
        'it has two numbers of one name that JavaScript holds as one, and a filter built them anew'
      )
    return named
  }

  #keep(holder: object, key: string, source: string): void {
    const kept = this.#inPlace.get(holder) ?? new Map<string, string>()
    this.#inPlace.set(holder, kept.set(key, source))
  }

  #name(name: string, held: number, source: string): void {
    const named = this.#byName.get(name) ?? new Map<number, string | typeof CLASH>()
    const known = named.get(held)
    if (known === source || known === CLASH) return
    const same = known === undefined || decimalOf(known) === decimalOf(source)
    this.#byName.set(name, named.set(held, same ? source : CLASH))
  }
}

/**
 * Writes a value that was made from another one. A number that came in a spelling that JavaScript would change is written
 * as it came wherever it still stands: in the object or array that it came in, else under the name that it came under.
 *
 * @throws JsonFault where a number would be another one, and nobody could say which
 */
export const writeAgain = (after: unknown, text: string, before: unknown): string => {
  const numbers = new WrittenNumbers(text, before)
  if (numbers.none) return JSON.stringify(after)
  const namesOfArrays = new Map<object, string>()
  return JSON.stringify(after, function write(this: object, key: string, value: unknown): unknown {
    const name = Array.isArray(this) ? (namesOfArrays.get(this) ?? '') : key
    if (Array.isArray(value)) namesOfArrays.set(value, name)
    if (typeof value !== 'number') return value
    const source = numbers.sourceOf(this, key, name, value)
    return source === undefined ? value : rawJson(source)
  })
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(this: void, text: string): unknown }
