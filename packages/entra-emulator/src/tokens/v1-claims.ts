import { microsoftGraphId } from '../directory/microsoft-graph.ts'
import type { Application } from '../directory/directory.ts'
import { hasAdditionalProperty } from '../directory/directory.ts'
import type { Endpoints } from '../endpoints.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import { identityProvider, optionalUpn, signInName } from './guest-claims.ts'
import type { JsonObject } from './jws.ts'
import { sharedClaims } from './shared-claims.ts'

/** Chooses the `aud` of a version 1 token. */
export type V1Audience = (resource: Application, resourceName: string) => string

/**
 * The `aud` of version 1 tokens is not determined: any identifier URI, with or without a slash, or the client ID. Here
 * it goes round through the three forms, beginning with the one that the request named, so that every form is met.
 */
export const createV1Audience = (): V1Audience => {
  const counts = new Map<string, number>()
  return function v1Audience(resource, resourceName) {
    const { clientId, identifierUris } = resource
    const byGuid = hasAdditionalProperty(resource, 'aud', 'use_guid')
    if (byGuid || clientId === microsoftGraphId || identifierUris.length === 0) return clientId
    const count = counts.get(clientId) ?? 0
    counts.set(clientId, count + 1)
    if (resourceName === clientId) return clientId
    return [resourceName, `${resourceName}/`, clientId][count % 3] ?? clientId
  }
}

const personClaims = ({ tenant, resource, signIn }: AccessTokenRequest): JsonObject => {
  if (!signIn) return {}
  const { person, multifactor } = signIn
  const [givenName = person.name, ...familyName] = person.name.split(' ')
  return {
    acr: '1',
    amr: multifactor ? ['pwd', 'mfa'] : ['pwd'],
    family_name: familyName.length > 0 ? familyName.join(' ') : undefined,
    given_name: givenName,
    idp: identityProvider(tenant.tenantId, person),
    ipaddr: '127.0.0.1',
    name: person.name,
    unique_name: signInName(person),
    upn: person.guest ? optionalUpn(person, resource) : person.upn
  }
}

/** The claims of a version 1 access token. */
export const v1Claims = (request: AccessTokenRequest, { v1Issuer }: Endpoints, audience: V1Audience): JsonObject => {
  const { tenant, client, clientStrength, resource, resourceName, signIn } = request
  const iss = v1Issuer(tenant.tenantId)
  return {
    aud: audience(resource, resourceName),
    iss,
    appid: client.clientId,
    appidacr: clientStrength,
    idp: signIn ? undefined : iss,
    ...sharedClaims(request),
    ...personClaims(request),
    ver: '1.0'
  }
}
