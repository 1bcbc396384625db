import type { AuthorizationCode } from '../authorize/authorization-code.ts'
import { checkCodeVerifier } from '../authorize/pkce.ts'
import { demandStep } from '../conditional-access/demand-step.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { resolveScopes } from '../scopes/resolve-scopes.ts'
import { readRequestedClaims, type RequestedClaims } from '../tokens/requested-claims.ts'
import { authenticateClient } from './client-authentication.ts'
import { readConfirmation } from './confirmation.ts'
import { checkOrigin, type TokenRequest } from './token-request.ts'
import { createTokenResponse, type TokenResponse } from './token-response.ts'

const findCode = (emulation: Emulation, { tenant, client, parameters }: TokenRequest): AuthorizationCode => {
  const stored = emulation.codes.find(parameters.require('code'))
  if (!stored || stored.value.request.client.clientId !== client.clientId) throw new EntraError(70000)
  if (stored.value.request.tenant !== tenant) throw new EntraError(700005)
  if (stored.value.redeemed) throw new EntraError(54005)
  if (stored.expiresAt <= emulation.now()) throw new EntraError(70008)
  return stored.value
}

/** What was asked at the sign-in is still asked; what is asked now besides has to be satisfied already. */
const readClaims = ({ request, signIn }: AuthorizationCode, parameters: Parameters): RequestedClaims => {
  const { tenant, scopes, requestedClaims: before } = request
  const now = readRequestedClaims(parameters.get('claims'))
  const access = { tenant, person: signIn.person, resource: scopes.resource, requestedClaims: now }
  demandStep(access, signIn, { suberror: 'basic_action' })
  const acrs = [...new Set([...before.acrs, ...now.acrs])]
  return { ...now, acrs, capabilities: now.capabilities.length > 0 ? now.capabilities : before.capabilities }
}

/** A `scope` at this leg may repeat what was asked, and never name another resource; the token carries all that was granted. */
const checkScopes = (code: AuthorizationCode, { tenant, client, parameters }: TokenRequest) => {
  const { scopes } = code.request
  if (!parameters.has('scope')) return { scopes, permissions: code.permissions }
  const scope = parameters.get('scope')
  if (scope === undefined) throw new EntraError(28003)
  const asked = resolveScopes(scope, tenant, client)
  const named = asked.permissions.length > 0 || asked.isDefault
  if (named && asked.resource !== scopes.resource) throw new EntraError(28000, scope)
  const unknown = asked.permissions.find(name => !code.permissions.includes(name))
  if (unknown !== undefined) throw new EntraError(65001, client.clientId, client.displayName)
  // What was not asked when the person signed in is not to be had now.
  const oidc = asked.oidc.filter(name => scopes.oidc.includes(name))
  return { scopes: { ...scopes, oidc }, permissions: code.permissions }
}

/**
 * Redeems an authorization code (RFC 6749 section 4.1.3): once, within ten minutes, by the client that it was issued to.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const redeemCode = (emulation: Emulation, tokenRequest: TokenRequest): TokenResponse => {
  const { parameters, origin } = tokenRequest
  const code = findCode(emulation, tokenRequest)
  const { request, signIn } = code
  const { tenant, client, platform, nonce } = request
  checkOrigin(origin, platform)
  const clientStrength = authenticateClient(emulation, tokenRequest, platform)
  const redirectUri = parameters.require('redirect_uri')
  if (redirectUri !== request.replyTo.redirectUri) throw new EntraError(500112, redirectUri)
  checkCodeVerifier(request.codeChallenge, parameters.get('code_verifier'))
  const { scopes, permissions } = checkScopes(code, tokenRequest)
  checkResource(parameters.get('resource'), scopes.resource, tenant)
  const confirmation = readConfirmation(parameters)
  emulation.revocations.check(signIn, platform)
  const { acrs: contexts, capabilities } = readClaims(code, parameters)
  code.redeemed = true
  const owner = { tenant, client, platform, signIn, onBehalfOf: false, clientStrength }
  const grant = { ...owner, scopes, permissions, contexts, capabilities, confirmation, nonce, rotate: false }
  return createTokenResponse(emulation, grant)
}
