import { optionalClaim } from '../directory/directory.ts'
import type { Endpoints } from '../endpoints.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import type { JsonObject } from './jws.ts'
import { sharedClaims } from './shared-claims.ts'

/** The claims of a version 2 access token: the audience is always the API's client ID. */
export const v2Claims = (request: AccessTokenRequest, { v2Issuer }: Endpoints): JsonObject => {
  const { tenantId, client, clientStrength, resource, person } = request
  return {
    aud: resource.clientId,
    iss: v2Issuer(tenantId),
    azp: client.clientId,
    azpacr: clientStrength,
    name: person?.name,
    preferred_username: person?.upn,
    upn: person && optionalClaim(resource, 'upn') && !person.guest ? person.upn : undefined,
    ipaddr: person && optionalClaim(resource, 'ipaddr') ? '127.0.0.1' : undefined,
    ...sharedClaims(request),
    ver: '2.0'
  }
}
