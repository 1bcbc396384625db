import { randomBytes } from 'node:crypto'
import { optionalClaim } from '../directory/directory.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import { groupClaims } from './group-claims.ts'
import type { JsonObject } from './jws.ts'
import { rolesOfClient, rolesOfPerson } from './role-claims.ts'
import { pairwiseSubject, servicePrincipalId } from './subject.ts'

/** A claim that means nothing outside Entra: only its presence and shape are like the real one. */
export const opaque = (bytes: number): string => randomBytes(bytes).toString('base64url')

const identityType = ({ resource, person }: AccessTokenRequest): string | undefined => {
  const claim = optionalClaim(resource, 'idtyp')
  if (!claim) return undefined
  if (!person) return 'app'
  return claim.additionalProperties?.includes('include_user_token') ? 'user' : undefined
}

const personalOptionalClaims = (request: AccessTokenRequest): JsonObject => {
  const { resource, person, authTime, requestedClaims } = request
  if (!person) return {}
  const wanted = (name: string): boolean => optionalClaim(resource, name) !== undefined
  return {
    acct: wanted('acct') ? Number(person.guest) : undefined,
    acrs: wanted('acrs') && requestedClaims.acrs.length > 0 ? requestedClaims.acrs : undefined,
    auth_time: wanted('auth_time') ? Math.floor(authTime / 1000) : undefined,
    email: wanted('email') ? person.mail : undefined,
    xms_cc: wanted('xms_cc') && requestedClaims.capabilities.length > 0 ? requestedClaims.capabilities : undefined
  }
}

const presentList = (values: readonly string[] | undefined): readonly string[] | undefined =>
  values && values.length > 0 ? values : undefined

/** The claims that both versions of access tokens carry. */
export const sharedClaims = (request: AccessTokenRequest): JsonObject => {
  const { tenantId, client, resource, person, scopes } = request
  const oid = person ? person.oid : servicePrincipalId(tenantId, client)
  const roles = person ? rolesOfPerson(person, resource) : rolesOfClient(client, resource)
  return {
    aio: opaque(48),
    ...(person ? groupClaims(tenantId, person, resource) : {}),
    idtyp: identityType(request),
    oid,
    rh: `1.${opaque(36)}.`,
    roles: presentList(roles),
    scp: person ? scopes.join(' ') : undefined,
    sub: person ? pairwiseSubject(tenantId, oid, resource.clientId) : oid,
    tid: tenantId,
    uti: opaque(16),
    ...personalOptionalClaims(request)
  }
}
