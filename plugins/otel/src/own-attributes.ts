import type { Exchange, Fact, Principal } from '@sluice/plugin-api'
import type { OtelConfig } from './config.ts'

/** What of a request an attribute can be taken from. */
export type ValueSource = keyof typeof SOURCES

type Value = string | number | boolean

const SOURCES = {
  tenant: (principal: Principal | undefined) => principal?.tenantId,
  object: (principal: Principal | undefined) => principal?.objectId,
  client: (principal: Principal | undefined) => principal?.clientId,
  kind: (principal: Principal | undefined) => principal?.kind,
  address: (_principal: Principal | undefined, { clientIp }: Exchange) => clientIp
}

/** The attributes of an entry's own. */
export class OwnAttributes {
  readonly #principal: Fact<Principal>
  readonly #fixed: Readonly<Record<string, Value>>
  readonly #taken: readonly (readonly [name: string, source: ValueSource])[]

  constructor(attributes: OtelConfig['attributes'], principal: Fact<Principal>) {
    this.#principal = principal
    const all = Object.entries(attributes)
    this.#fixed = Object.fromEntries(
      all.flatMap(([name, value]) => (typeof value === 'object' ? [] : [[name, value] as const]))
    )
    this.#taken = all.flatMap(([name, value]) => (typeof value === 'object' ? [[name, value.from] as const] : []))
  }

  /** What there is of them; a principal is there once somebody has signed in. */
  of(x: Exchange): Readonly<Record<string, Value>> {
    if (this.#taken.length === 0) return this.#fixed
    const principal = this.#principal.get(x)
    const taken = this.#taken.flatMap(([name, source]) => {
      const value = SOURCES[source](principal, x)
      return value === undefined ? [] : [[name, value] as const]
    })
    return { ...this.#fixed, ...Object.fromEntries(taken) }
  }
}
