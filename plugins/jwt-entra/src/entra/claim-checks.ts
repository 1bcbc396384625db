import { isTextOrAbsent, isTimeOrAbsent, listOf, type Claims } from '../claims.ts'
import type { RefusalCode } from '../codes.ts'
import { isGuid } from './guid.ts'
import type { EntraSettings } from './settings.ts'

const graphAudiences = new Set([
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/'
])

/** Checks claims of Entra's tokens whose signature holds. Made once for its settings. */
export interface ClaimChecks {
  /** Shape, issuer and audience: what stays as it is while the token lives. */
  refuse(claims: Claims, issuer: string): RefusalCode | undefined
  /** What signing in again does not cure: the client, and a token that is bound to a device. */
  forbid(claims: Claims, clientId: string): RefusalCode | undefined
}

/** Makes the checks of a configuration. */
export function makeClaimChecks(settings: EntraSettings): ClaimChecks {
  const audiences = new Set(settings.audiences)
  const clients = settings.clients === null ? undefined : new Set(settings.clients)
  const { deviceBound } = settings
  return {
    refuse(claims, issuer) {
      if (claims.iss !== issuer) return 'SLUICE_AUTH_ISSUER_REFUSED'
      if (!isWellFormed(claims)) return 'SLUICE_AUTH_CLAIMS_MALFORMED'
      if (audiences.has(String(claims.aud))) return undefined
      return graphAudiences.has(String(claims.aud)) ? 'SLUICE_AUTH_GRAPH_TOKEN' : 'SLUICE_AUTH_AUDIENCE_REFUSED'
    },
    forbid(claims, clientId) {
      if (clients !== undefined && !clients.has(clientId.toLowerCase())) return 'SLUICE_AUTH_CLIENT_REFUSED'
      return deviceBound === 'refuse' && claims.cnf !== undefined ? 'SLUICE_AUTH_DEVICE_BOUND' : undefined
    }
  }
}

/** RFC 7519 section 4.1, and that a claim that decides is never of a type that reads as its absence. */
function isWellFormed(claims: Claims): boolean {
  return (
    typeof claims.aud === 'string' &&
    typeof claims.sub === 'string' &&
    isGuid(claims.oid) &&
    Number.isFinite(claims.exp) &&
    isTimeOrAbsent(claims.nbf) &&
    isTimeOrAbsent(claims.iat) &&
    isTextOrAbsent(claims.scp) &&
    isTextOrAbsent(claims.idtyp) &&
    isTextOrAbsent(claims.xms_act_fct) &&
    isTextOrAbsent(claims.xms_sub_fct) &&
    listOf(claims, 'roles') !== undefined &&
    listOf(claims, 'groups') !== undefined
  )
}
