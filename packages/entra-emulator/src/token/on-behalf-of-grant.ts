import { demandStep } from '../conditional-access/demand-step.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { checkAssignment } from '../scopes/check-assignment.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { grantedPermissions } from '../scopes/granted-permissions.ts'
import { resolveScopes } from '../scopes/resolve-scopes.ts'
import { readRequestedClaims } from '../tokens/requested-claims.ts'
import { authenticateConfidential } from './client-authentication.ts'
import { checkRequestedUse } from './requested-use.ts'
import { checkOrigin, type TokenRequest } from './token-request.ts'
import { createTokenResponse, type TokenResponse } from './token-response.ts'
import { readUserAssertion } from './user-assertion.ts'

/**
 * Exchanges the access token that an API was sent for one of the API behind it (on behalf of the person). A refresh
 * token comes with `offline_access` only.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const grantOnBehalfOf = (emulation: Emulation, request: TokenRequest): TokenResponse => {
  const { tenant, client, parameters, origin } = request
  checkOrigin(origin, undefined)
  const clientStrength = authenticateConfidential(emulation, request, 7000218)
  if (client.kind === 'agentIdentityBlueprint') throw new EntraError(7000114, client.clientId)
  checkRequestedUse(parameters)
  // Only bearer tokens are to be had here.
  if (parameters.has('token_type') || parameters.has('req_cnf')) throw new EntraError(9002313)
  const scope = parameters.require('scope')
  const signIn = readUserAssertion(emulation, request)
  const { person } = signIn
  const scopes = resolveScopes(scope, tenant, client)
  checkResource(parameters.get('resource'), scopes.resource, tenant)
  checkAssignment(person, scopes.resource)
  const permissions = grantedPermissions(emulation.consents, person, client, scopes)
  const requestedClaims = readRequestedClaims(parameters.get('claims'))
  const access = { tenant, person, resource: scopes.resource, requestedClaims }
  demandStep(access, signIn, { error: 'interaction_required' })
  const { acrs: contexts, capabilities } = requestedClaims
  const owner = { tenant, client, platform: 'web', signIn, onBehalfOf: true, clientStrength } as const
  const grant = { ...owner, scopes, permissions, contexts, capabilities, confirmation: undefined, rotate: false }
  return createTokenResponse(emulation, grant)
}
