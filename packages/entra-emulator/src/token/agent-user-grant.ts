import { parseCompactJws, textClaim } from '../assertions/compact-jws.ts'
import { demandStep } from '../conditional-access/demand-step.ts'
import type { Person } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { checkAssignment } from '../scopes/check-assignment.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { grantedPermissions } from '../scopes/granted-permissions.ts'
import { resolveScopes } from '../scopes/resolve-scopes.ts'
import { readRequestedClaims } from '../tokens/requested-claims.ts'
import { servicePrincipalId } from '../tokens/subject.ts'
import { checkExchangeToken } from './agent-assertion.ts'
import { authenticateConfidential } from './client-authentication.ts'
import { checkRequestedUse } from './requested-use.ts'
import { checkOrigin, type TokenRequest } from './token-request.ts'
import { createTokenResponse, type TokenResponse } from './token-response.ts'

/** @throws EntraError 50027 or what {@link checkExchangeToken} throws if the token is not the agent identity's own. */
const checkAgentToken = (emulation: Emulation, request: TokenRequest): void => {
  const { tenant, client, parameters } = request
  const jws = parseCompactJws(parameters.require('user_federated_identity_credential'))
  if (!jws) throw new EntraError(50027)
  checkExchangeToken(emulation, request, jws, servicePrincipalId(tenant.tenantId, client))
  if (textClaim(jws, 'azp') !== client.clientId) throw new EntraError(700021)
}

const findUser = ({ tenant, client, parameters }: TokenRequest): Person => {
  const username = parameters.get('username')
  // Seen where the field was called otherwise: microsoft/Agents-for-js#932.
  if (username === undefined) throw new EntraError(50000)
  const person = tenant.findPerson(username)
  if (person?.identityParentId !== client.clientId) throw new EntraError(70000)
  return person
}

/**
 * Lets an agent identity act with its own user account (`user_fic`).
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const grantAgentUser = (emulation: Emulation, request: TokenRequest): TokenResponse => {
  const { tenant, client, parameters, origin } = request
  checkOrigin(origin, undefined)
  if (client.kind !== 'agentIdentity') throw new EntraError(70003, 'user_fic')
  const clientStrength = authenticateConfidential(emulation, request, 7000218)
  checkRequestedUse(parameters)
  checkAgentToken(emulation, request)
  const person = findUser(request)
  const scopes = resolveScopes(parameters.require('scope'), tenant, client)
  checkResource(parameters.get('resource'), scopes.resource, tenant)
  checkAssignment(person, scopes.resource)
  const permissions = grantedPermissions(emulation.consents, person, client, scopes)
  const requestedClaims = readRequestedClaims(parameters.get('claims'))
  const revocations = emulation.revocations.count(person)
  const signIn = { person, authTime: emulation.now(), multifactor: false, revocations }
  demandStep({ tenant, person, resource: scopes.resource, requestedClaims }, signIn, { suberror: 'basic_action' })
  const owner = { tenant, client, platform: 'web', signIn, onBehalfOf: false, clientStrength } as const
  const { acrs: contexts, capabilities } = requestedClaims
  const grant = { ...owner, scopes, permissions, contexts, capabilities, confirmation: undefined, rotate: false }
  return createTokenResponse(emulation, grant)
}
