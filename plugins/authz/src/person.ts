import { celList, type CelMap } from '@bufbuild/cel'
import type { Principal } from '@sluice/plugin-api'
import { celEntries, mapOf } from './cel-value.ts'
import { blueprintOf, viaAgentOf } from './facets.ts'
import { guestOf } from './guest.ts'
import type { Outcome } from './outcome.ts'

/** What rules see of who calls. Made once for a verified token, whatever it asks for. */
export class Person {
  readonly principal: Principal
  /** Outcomes of conditions on the token alone, by their number; 0 for one that was not asked yet. */
  readonly outcomes: Outcome[]
  /** What rules name of the principal; what the token does not tell is `undefined`. */
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  /** The blueprint of an agent, for the record. */
  readonly blueprint: string | undefined
  #principalMap: CelMap | undefined
  #jwtMap: CelMap | undefined

  constructor(principal: Principal, conditions: number) {
    const { tenantId, objectId, clientId, kind, scopes, roles, groups, claims } = principal
    this.principal = principal
    this.blueprint = blueprintOf(principal)
    this.outcomes = Array.from({ length: conditions }, () => 0)
    const [guest, viaAgent] = [guestOf(claims), viaAgentOf(principal)]
    this.values = { tenantId, objectId, clientId, kind, scopes, roles, groups, guest, viaAgent }
  }

  /** `principal`: what is not told is not there, so that a rule on it cannot be told either. */
  get principalMap(): CelMap {
    return (this.#principalMap ??= mapOf(known(this.values)))
  }

  /** `jwt`: the claims, with `scopes`, `roles` and `groups` as lists. */
  get jwtMap(): CelMap {
    const { scopes, roles, groups } = this.values
    const { groups: _groups, ...claims } = this.principal.claims
    return (this.#jwtMap ??= mapOf([...celEntries(claims), ...known({ scopes, roles, groups })]))
  }
}

const known = (values: Person['values']) =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [[name, typeof value === 'object' ? celList(value) : value] as const]
  })
