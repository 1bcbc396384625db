import { type CelInput, celList, type CelMap, celMap } from '@bufbuild/cel'

/** A number that JavaScript holds as another one: rules would judge what the server does not read. */
const UNTELLABLE = Symbol('untellable')

/** Values in one set of arguments or claims that rules look at; what is larger cannot be judged. */
const MOST = 10_000

/**
 * JSON as CEL has it: numbers are doubles. Nothing of it is left as an object of its own, which the library would ask what
 * kind of message it is.
 *
 * A member with a number that JavaScript cannot hold is there, and throws when it is read.
 *
 * @throws RangeError for more values than rules look at, and for such a number by itself
 */
export const celOf = (json: unknown): CelInput => {
  const value = new Conversion().value(json)
  if (value === UNTELLABLE) throw untellable()
  return value
}

/** The members of an object, each as CEL has it. */
export const celEntries = (json: Readonly<Record<string, unknown>>): [string, Convertible][] =>
  new Conversion().entries(json)

/** A map that says of what it has that it has it: the library takes null for what is not there. */
export const mapOf = (entries: Iterable<readonly [string, Convertible]>, absent: readonly string[] = []): CelMap => {
  const map = new Map<string, CelInput>()
  const hidden = new Set<unknown>()
  for (const [name, value] of entries) {
    map.set(name, value === UNTELLABLE ? null : value)
    if (value === UNTELLABLE) hidden.add(name)
  }
  const made = celMap(map)
  const get = made.get.bind(made)
  return Object.assign(made, {
    get: (key: Parameters<CelMap['get']>[0]) => {
      if (hidden.has(key)) throw untellable()
      return get(key)
    },
    has: (key: Parameters<CelMap['has']>[0]) => typeof key === 'string' && map.has(key) && !absent.includes(key)
  })
}

type Convertible = CelInput | typeof UNTELLABLE

const untellable = (): RangeError => new RangeError('a number that JavaScript cannot hold')

const isHeld = (number: number): boolean =>
  Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))

class Conversion {
  #values = 0

  value(json: unknown): Convertible {
    if (++this.#values > MOST) throw new RangeError(`more than ${MOST} values`)
    if (typeof json === 'number' && !isHeld(json)) return UNTELLABLE
    if (typeof json !== 'object' || json === null) return json as string | number | boolean | null
    if (Array.isArray(json)) return this.#list(json)
    return mapOf(this.entries(json as Record<string, unknown>))
  }

  #list(json: readonly unknown[]): Convertible {
    const items = json.map(item => this.value(item))
    return items.every(item => item !== UNTELLABLE) ? celList(items) : UNTELLABLE
  }

  entries(json: Readonly<Record<string, unknown>>): [string, Convertible][] {
    return Object.entries(json).map(([name, member]) => [name, this.value(member)])
  }
}
