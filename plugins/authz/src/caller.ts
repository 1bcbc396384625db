import type { CelMap } from '@bufbuild/cel'
import type { Exchange } from '@sluice/plugin-api'
import { mapOf } from './cel-value.ts'
import type { Outcome } from './outcome.ts'
import type { Person } from './person.ts'

/** Fields that hold credentials: no rule sees them. */
export const HIDDEN: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

const NONE: Outcome[] = []

/** Who asks, and by which HTTP request. */
export class Caller {
  /** `undefined` where nobody signed in. */
  readonly person: Person | undefined
  /** Outcomes of conditions on the HTTP request, by their number; 0 for one that was not asked yet. */
  readonly outcomes: Outcome[]
  readonly #x: Exchange
  #request: CelMap | undefined

  constructor(x: Exchange, person: Person | undefined, conditions: number) {
    this.#x = x
    this.person = person
    this.outcomes = conditions === 0 ? NONE : Array.from({ length: conditions }, () => 0)
  }

  /** `request` of a rule. */
  get request(): CelMap {
    const { method, path, headers } = this.#x
    const fields = Object.entries(headers).filter(([name]) => !HIDDEN.has(name))
    return (this.#request ??= mapOf([
      ['method', method],
      ['path', path],
      ['host', headers.host ?? ''],
      ['headers', mapOf(fields.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))]
    ]))
  }

  /** `source` of a rule. */
  get source(): CelMap {
    return mapOf([['address', this.#x.clientIp]])
  }
}
