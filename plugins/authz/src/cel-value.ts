import { type CelInput, celList, type CelMap, celMap } from '@bufbuild/cel'

/** Values in one set of arguments or claims that rules look at; what is larger cannot be judged. */
const MOST = 10_000

/**
 * JSON as CEL has it: numbers are doubles. Nothing of it is left as an object of its own, which the library would ask what
 * kind of message it is.
 *
 * @throws RangeError for more values than rules look at
 */
export const celOf = (json: unknown): CelInput => new Conversion().value(json)

/** The members of an object, each as CEL has it. */
export const celEntries = (json: Readonly<Record<string, unknown>>): [string, CelInput][] =>
  new Conversion().entries(json)

/** A map that says of what it has that it has it: the library takes null for what is not there. */
export const mapOf = (entries: Iterable<readonly [string, CelInput]>, absent: readonly string[] = []): CelMap => {
  const map = new Map(entries)
  return Object.assign(celMap(map), {
    has: (key: Parameters<CelMap['has']>[0]) => typeof key === 'string' && map.has(key) && !absent.includes(key)
  })
}

class Conversion {
  #values = 0

  value(json: unknown): CelInput {
    if (++this.#values > MOST) throw new RangeError(`more than ${MOST} values`)
    if (typeof json !== 'object' || json === null) return json as string | number | boolean | null
    if (Array.isArray(json)) return celList(json.map(item => this.value(item)))
    return mapOf(this.entries(json as Record<string, unknown>))
  }

  entries(json: Readonly<Record<string, unknown>>): [string, CelInput][] {
    return Object.entries(json).map(([name, member]) => [name, this.value(member)])
  }
}
