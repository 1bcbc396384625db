import type { Principal } from '@sluice/plugin-api'
import { listOf, textOf, wordsOf, type Claims } from '../claims.ts'
import { deepFreeze } from '../deep-freeze.ts'
import { groupsOf } from '../groups.ts'

/** The client that the token was issued to; empty if it names none, as an ID token. */
export const clientIdOf = (claims: Claims): string => textOf(claims, claims.ver === '2.0' ? 'azp' : 'appid')

/** Makes the principal of a token that passed every check. Frozen through and through: many requests share it. */
export function makePrincipal(claims: Claims, kind: Principal['kind']): Principal {
  const delegated = kind === 'user' || kind === 'agent-user'
  return deepFreeze<Principal>({
    tenantId: textOf(claims, 'tid').toLowerCase(),
    objectId: textOf(claims, 'oid').toLowerCase(),
    clientId: clientIdOf(claims).toLowerCase(),
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
