import { isTextOrAbsent, isTimeOrAbsent, listOf, type Claims } from '../claims.ts'
import type { RefusalCode } from '../codes.ts'
import { audiencesOf, rolesOf, scopesOf } from './claim-lists.ts'
import { clientIdOf } from './principal.ts'
import type { OpenIdSettings } from './settings.ts'

/** Checks claims of tokens whose signature holds. Made once for its settings. */
export interface ClaimChecks {
  /** Shape, issuer and audience: what stays as it is while the token lives. */
  refuse(claims: Claims): RefusalCode | undefined
  /** What it is not, what it is not allowed to do, and for whom. */
  forbid(claims: Claims): RefusalCode | undefined
}

/** Makes the checks of a configuration. */
export function makeClaimChecks(settings: OpenIdSettings): ClaimChecks {
  const { issuer, allowWithoutScopes, tokenType } = settings
  const audiences = new Set(settings.audiences)
  const clients = settings.clients === null ? undefined : new Set(settings.clients)
  return {
    refuse(claims) {
      if (claims.iss !== issuer) return 'SLUICE_AUTH_ISSUER_REFUSED'
      if (!isWellFormed(claims)) return 'SLUICE_AUTH_CLAIMS_MALFORMED'
      return audiencesOf(claims)?.some(audience => audiences.has(audience)) === true
        ? undefined
        : 'SLUICE_AUTH_AUDIENCE_REFUSED'
    },
    forbid(claims) {
      // Where only at+jwt passes, a token has said what it is, and may carry any claim.
      if (tokenType === 'any' && looksLikeIdToken(claims)) return 'SLUICE_AUTH_ID_TOKEN'
      if (tokenType === 'any' && isOfAnotherUse(claims)) return 'SLUICE_AUTH_TYPE_REFUSED'
      if (!allowWithoutScopes && !grantsAnything(claims)) return 'SLUICE_AUTH_KIND_UNKNOWN'
      if (clients !== undefined && !clients.has(clientIdOf(claims))) return 'SLUICE_AUTH_CLIENT_REFUSED'
      return claims.cnf === undefined ? undefined : 'SLUICE_AUTH_DEVICE_BOUND'
    }
  }
}

/** RFC 7519 section 4.1, and that a claim that decides is never of a type that reads as its absence. */
function isWellFormed(claims: Claims): boolean {
  return (
    typeof claims.sub === 'string' &&
    claims.sub !== '' &&
    Number.isFinite(claims.exp) &&
    isTimeOrAbsent(claims.nbf) &&
    isTimeOrAbsent(claims.iat) &&
    isTextOrAbsent(claims.client_id) &&
    isTextOrAbsent(claims.azp) &&
    isTextsOrAbsent(claims.scope) &&
    isTextsOrAbsent(claims.scp) &&
    isTextsOrAbsent(claims.aud) &&
    isTextsOrAbsent(claims.roles) &&
    listOf(claims, 'groups') !== undefined
  )
}

const isTextsOrAbsent = (value: unknown): boolean =>
  isTextOrAbsent(value) || (Array.isArray(value) && value.every(entry => typeof entry === 'string'))

const grantsAnything = (claims: Claims): boolean =>
  (scopesOf(claims) ?? []).some(scope => scope !== '') || (rolesOf(claims) ?? []).some(role => role !== '')

/** OpenID Connect Core sections 2 and 3.3.2.11; the last two are Keycloak's and Cognito's own marks. */
const looksLikeIdToken = (claims: Claims): boolean =>
  ['nonce', 'at_hash', 'c_hash', 's_hash'].some(name => name in claims) ||
  claims.typ === 'ID' ||
  claims.token_use === 'id'

/**
 * A refresh, offline or logout token: Keycloak names the use in `typ`, Cognito in `token_use`, and a logout token has
 * `events` (OpenID Connect Back-Channel Logout section 2.4).
 */
const isOfAnotherUse = ({ typ = 'Bearer', token_use = 'access', events }: Claims): boolean =>
  typ !== 'Bearer' || token_use !== 'access' || events !== undefined
