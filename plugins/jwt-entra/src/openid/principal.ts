import type { Principal } from '@sluice/plugin-api'
import { textOf, type Claims } from '../claims.ts'
import { deepFreeze } from '../deep-freeze.ts'
import { groupsOf } from '../groups.ts'
import { rolesOf, scopesOf } from './claim-lists.ts'

/** The client that the token was issued to (RFC 9068 section 2.2); empty if it names none. */
export const clientIdOf = (claims: Claims): string => textOf(claims, 'client_id') || textOf(claims, 'azp')

/**
 * Makes the principal of a token that passed every check. The scopes of an application are nobody's who delegated them.
 * Frozen through and through: many requests share it.
 */
export function makePrincipal(claims: Claims): Principal {
  const clientId = clientIdOf(claims)
  const objectId = textOf(claims, 'sub')
  const kind = isApplication(claims, clientId) ? 'app' : 'user'
  return deepFreeze<Principal>({
    tenantId: textOf(claims, 'iss'),
    objectId,
    clientId,
    kind,
    name: textOf(claims, 'name') || textOf(claims, 'preferred_username'),
    scopes: kind === 'user' ? (scopesOf(claims) ?? []) : [],
    roles: rolesOf(claims) ?? [],
    groups: groupsOf(claims),
    expiresAt: Number(claims.exp),
    claims
  })
}

/**
 * A client that is its own subject (RFC 9068 section 2.2), or marked as Auth0 and as Keycloak mark one. A name is chosen by
 * people (OpenID Connect Core section 5.7): it counts only beside `clientHost`, which Keycloak alone writes.
 */
const isApplication = (claims: Claims, clientId: string): boolean =>
  [clientId, `${clientId}@clients`].includes(textOf(claims, 'sub')) ||
  claims.gty === 'client-credentials' ||
  (clientId !== '' &&
    'clientHost' in claims &&
    claims.preferred_username === `service-account-${clientId.toLowerCase()}`)
