import { optionalClaim } from '../directory/directory.ts'
import type { Endpoints } from '../endpoints.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import { identityProvider, optionalUpn, signInName } from './guest-claims.ts'
import type { JsonObject } from './jws.ts'
import { sharedClaims } from './shared-claims.ts'

const personClaims = ({ tenant, resource, signIn }: AccessTokenRequest): JsonObject => {
  if (!signIn) return {}
  const { person } = signIn
  return {
    idp: identityProvider(tenant.tenantId, person),
    ipaddr: optionalClaim(resource, 'ipaddr') ? '127.0.0.1' : undefined,
    name: person.name,
    preferred_username: signInName(person),
    upn: optionalUpn(person, resource)
  }
}

/** The claims of a version 2 access token: the audience is always the API's client ID. */
export const v2Claims = (request: AccessTokenRequest, { v2Issuer }: Endpoints): JsonObject => {
  const { tenant, client, clientStrength, resource } = request
  return {
    aud: resource.clientId,
    iss: v2Issuer(tenant.tenantId),
    azp: client.clientId,
    azpacr: clientStrength,
    ...personClaims(request),
    ...sharedClaims(request),
    ver: '2.0'
  }
}
