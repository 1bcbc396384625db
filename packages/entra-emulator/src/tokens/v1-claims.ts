import { microsoftGraphId } from '../directory/microsoft-graph.ts'
import type { Application } from '../directory/directory.ts'
import { optionalClaim } from '../directory/directory.ts'
import type { Endpoints } from '../endpoints.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import type { JsonObject } from './jws.ts'
import { sharedClaims } from './shared-claims.ts'
import { derivedGuid } from './subject.ts'

/** Chooses the `aud` of a version 1 token. */
export type V1Audience = (resource: Application, resourceName: string) => string

/**
 * The `aud` of version 1 tokens is not determined: any identifier URI, with or without a slash, or the client ID. Here
 * it goes round through the three forms, beginning with the one that the request named, so that every form is met.
 */
export const createV1Audience = (): V1Audience => {
  const counts = new Map<string, number>()
  return function v1Audience(resource, resourceName) {
    const { clientId, identifierUris, optionalClaims } = resource
    const byGuid = optionalClaims.accessToken.some(claim => claim.additionalProperties?.includes('use_guid'))
    if (byGuid || clientId === microsoftGraphId || identifierUris.length === 0) return clientId
    const count = counts.get(clientId) ?? 0
    counts.set(clientId, count + 1)
    if (resourceName === clientId) return clientId
    return [resourceName, `${resourceName}/`, clientId][count % 3] ?? clientId
  }
}

const personClaims = ({ tenantId, resource, person }: AccessTokenRequest): JsonObject => {
  if (!person) return {}
  const [givenName = person.name, ...familyName] = person.name.split(' ')
  const home = derivedGuid(`home tenant of ${person.oid} beside ${tenantId}`)
  return {
    acr: '1',
    amr: ['pwd'],
    ...(person.guest ? { email: person.mail ?? person.upn } : {}),
    family_name: familyName.length > 0 ? familyName.join(' ') : undefined,
    given_name: givenName,
    idp: person.guest ? `https://sts.windows.net/${home}/` : undefined,
    ipaddr: '127.0.0.1',
    name: person.name,
    unique_name: person.guest ? (person.mail ?? person.upn) : person.upn,
    upn: person.guest && !optionalClaim(resource, 'upn') ? undefined : person.upn
  }
}

/** The claims of a version 1 access token. */
export const v1Claims = (request: AccessTokenRequest, { v1Issuer }: Endpoints, audience: V1Audience): JsonObject => {
  const { tenantId, client, clientStrength, resource, resourceName, person } = request
  const iss = v1Issuer(tenantId)
  return {
    aud: audience(resource, resourceName),
    iss,
    appid: client.clientId,
    appidacr: clientStrength,
    idp: person ? undefined : iss,
    ...sharedClaims(request),
    ...personClaims(request),
    ver: '1.0'
  }
}
