import { randomBytes } from 'node:crypto'
import { satisfiedContexts } from '../conditional-access/satisfied-contexts.ts'
import { hasAdditionalProperty, optionalClaim } from '../directory/directory.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import { facetClaims } from './facet-claims.ts'
import { groupClaims } from './group-claims.ts'
import type { JsonObject } from './jws.ts'
import { rolesOfClient, rolesOfPerson } from './role-claims.ts'
import { pairwiseSubject, servicePrincipalId } from './subject.ts'

/** A claim that means nothing outside Entra: only its presence and shape are like the real one. */
export const opaque = (bytes: number): string => randomBytes(bytes).toString('base64url')

const identityType = ({ resource, signIn }: AccessTokenRequest): string | undefined => {
  if (!optionalClaim(resource, 'idtyp')) return undefined
  if (!signIn) return 'app'
  return hasAdditionalProperty(resource, 'idtyp', 'include_user_token') ? 'user' : undefined
}

const presentList = (values: readonly string[] | undefined): readonly string[] | undefined =>
  values && values.length > 0 ? values : undefined

const personalOptionalClaims = ({ resource, signIn }: AccessTokenRequest): JsonObject => {
  if (!signIn) return {}
  const { person, authTime } = signIn
  const wanted = (name: string): boolean => optionalClaim(resource, name) !== undefined
  return {
    acct: wanted('acct') ? Number(person.guest) : undefined,
    auth_time: wanted('auth_time') ? Math.floor(authTime / 1000) : undefined,
    email: wanted('email') || person.guest ? person.mail : undefined
  }
}

/** What was asked for is in the token whatever the API wants; what is satisfied besides only where it wants it. */
const findContexts = ({ tenant, resource, signIn, contexts }: AccessTokenRequest): readonly string[] => {
  const unasked = signIn && optionalClaim(resource, 'acrs') ? satisfiedContexts(tenant, signIn) : []
  return [...new Set([...contexts, ...unasked])]
}

const findRoles = ({ client, resource, signIn, onBehalfOf }: AccessTokenRequest): readonly string[] | undefined => {
  if (!signIn) return rolesOfClient(client, resource)
  return onBehalfOf ? undefined : rolesOfPerson(signIn.person, resource)
}

const findScope = ({ client, signIn, scopes }: AccessTokenRequest): string | undefined => {
  if (signIn) return scopes.join(' ')
  // "Empty or `/` (unscoped)" for agents, says Microsoft's claims reference.
  return client.kind === 'agentIdentity' ? '/' : undefined
}

/** The claims that both versions of access tokens carry. */
export const sharedClaims = (request: AccessTokenRequest): JsonObject => {
  const { tenant, client, resource, signIn, capabilities, confirmation } = request
  const { tenantId } = tenant
  const person = signIn?.person
  const oid = person ? person.oid : servicePrincipalId(tenantId, client)
  return {
    acrs: presentList(findContexts(request)),
    aio: opaque(48),
    cnf: confirmation,
    ...(person ? groupClaims(tenant, person, resource) : {}),
    idtyp: identityType(request),
    oid,
    rh: `1.${opaque(36)}.`,
    roles: presentList(findRoles(request)),
    scp: findScope(request),
    sub: person ? pairwiseSubject(tenantId, oid, resource.clientId) : oid,
    tid: tenantId,
    uti: opaque(16),
    xms_cc: optionalClaim(resource, 'xms_cc') ? presentList(capabilities) : undefined,
    ...personalOptionalClaims(request),
    ...facetClaims(request)
  }
}
