import type { Principal } from '@sluice/plugin-api'
import type { RefusalCode } from './codes.ts'

/** What something needs of who calls. */
export interface Needs {
  /** Where the configuration says so: `tools["delete_*"]`; `undefined` for the route itself. */
  readonly rule: string | undefined
  /** All of them; people are refused without. */
  readonly scopes: readonly string[] | undefined
  /** One of them; applications are refused without. */
  readonly appRoles: readonly string[] | undefined
}

/** What is missing. */
export interface Lack {
  readonly code: RefusalCode
  readonly needs: Needs
}

/** Whether somebody has a scope or role, be it by one that includes it. */
export type Has = (held: readonly string[], name: string) => boolean

/** Makes the test for what names include. */
export const hasByInclusion = (includes: Readonly<Record<string, readonly string[]>>): Has => {
  const sources = new Map<string, Set<string>>()
  for (const name of Object.keys(includes)) {
    for (const included of closure(name, includes))
      sources.set(included, (sources.get(included) ?? new Set()).add(name))
  }
  return (held, name) => {
    if (held.includes(name)) return true
    const above = sources.get(name)
    return above !== undefined && held.some(one => above.has(one))
  }
}

/** All that a name includes, also by what it includes. */
const closure = (
  name: string,
  includes: Readonly<Record<string, readonly string[]>>,
  found = new Set<string>()
): ReadonlySet<string> => {
  for (const included of Object.hasOwn(includes, name) ? includes[name]! : []) {
    if (found.has(included)) continue
    found.add(included)
    closure(included, includes, found)
  }
  return found
}

/**
 * What somebody lacks, if anything. Delegated tokens are judged by their scopes alone and applications by their app roles
 * alone: one role name can be granted to both, and a person's role says nothing about what a client may do for them.
 */
export const lackOf = ({ kind, scopes, roles }: Principal, needs: Needs, has: Has): Lack | undefined => {
  if (kind === 'user' || kind === 'agent-user') {
    if (needs.scopes === undefined) return { code: 'SLUICE_SCOPE_USER_REFUSED', needs }
    return needs.scopes.every(name => has(scopes, name)) ? undefined : { code: 'SLUICE_SCOPE_INSUFFICIENT', needs }
  }
  if (needs.appRoles === undefined) return { code: 'SLUICE_SCOPE_APP_REFUSED', needs }
  // One is enough: app roles are grades of which a client is granted the one that it needs.
  return needs.appRoles.some(name => has(roles, name)) ? undefined : { code: 'SLUICE_SCOPE_ROLE_MISSING', needs }
}
