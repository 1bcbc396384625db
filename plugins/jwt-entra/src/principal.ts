import type { Principal } from '@sluice/plugin-api'
import { isObject, listOf, textOf, wordsOf, type Claims } from './claims.ts'
import type { UnverifiedToken } from './token-structure.ts'

/** The client that the token was issued to; empty if it names none, as an ID token. */
export const clientIdOf = ({ version, claims }: UnverifiedToken): string =>
  textOf(claims, version === '2.0' ? 'azp' : 'appid')

/** Makes the principal of a token that passed every check. Frozen through and through: many requests share it. */
export function makePrincipal(token: UnverifiedToken, kind: Principal['kind']): Principal {
  const { claims, tenant } = token
  const delegated = kind === 'user' || kind === 'agent-user'
  return deepFreeze<Principal>({
    tenantId: tenant,
    objectId: textOf(claims, 'oid').toLowerCase(),
    clientId: clientIdOf(token).toLowerCase(),
    kind,
    name: nameOf(claims),
    scopes: delegated ? wordsOf(claims, 'scp') : [],
    roles: listOf(claims, 'roles') ?? [],
    groups: groupsOf(claims),
    expiresAt: Number(claims.exp),
    claims
  })
}

function nameOf(claims: Claims): string {
  const names = ['name', 'preferred_username', 'upn', 'unique_name', 'app_displayname']
  return names.map(name => textOf(claims, name)).find(name => name !== '') ?? ''
}

/**
 * With more than 200 groups Entra sends the address of a list in their place, or `hasgroups`: membership is unknown
 * then, which is not the same as none. The address is never followed.
 */
function groupsOf(claims: Claims): readonly string[] | undefined {
  const overage = isObject(claims._claim_names) && 'groups' in claims._claim_names
  return overage || 'hasgroups' in claims ? undefined : listOf(claims, 'groups')
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member)
    Object.freeze(value)
  }
  return value
}
