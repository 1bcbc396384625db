import { isObject, listOf, type Claims } from './claims.ts'

/**
 * Groups that a token lists. With more than 200 of them Entra sends the address of a list in their place (OpenID Connect
 * Core section 5.6.2), or `hasgroups`: membership is unknown then, which is not the same as none. The address is never
 * followed.
 */
export function groupsOf(claims: Claims): readonly string[] | undefined {
  const overage = isObject(claims._claim_names) && 'groups' in claims._claim_names
  return overage || 'hasgroups' in claims ? undefined : listOf(claims, 'groups')
}
