import { demandStep } from '../conditional-access/demand-step.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import type { Stored } from '../expiring-store.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { grantedPermissions } from '../scopes/granted-permissions.ts'
import { resolveScopes } from '../scopes/resolve-scopes.ts'
import { readRequestedClaims } from '../tokens/requested-claims.ts'
import { authenticateClient } from './client-authentication.ts'
import { readConfirmation } from './confirmation.ts'
import type { RefreshToken } from './refresh-token.ts'
import { checkOrigin, type TokenRequest } from './token-request.ts'
import { createTokenResponse, type TokenResponse } from './token-response.ts'

const findToken = (emulation: Emulation, { tenant, client, parameters }: TokenRequest): Stored<RefreshToken> => {
  const stored = emulation.refreshTokens.find(parameters.require('refresh_token'))
  if (!stored || stored.value.client.clientId !== client.clientId) throw new EntraError(70000)
  if (stored.value.tenant !== tenant) throw new EntraError(700005)
  return stored
}

const checkLifetime = ({ value, expiresAt }: Stored<RefreshToken>, now: number): void => {
  if (expiresAt > now) return
  throw value.platform === 'spa' ? new EntraError(700084, '1.00:00:00') : new EntraError(700082, '90.00:00:00')
}

/**
 * Refreshes (RFC 6749 section 6). Without `scope` Entra takes the client itself for the resource and refuses. The answer
 * holds a new refresh token; the old one stays good, as with Entra.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const refresh = (emulation: Emulation, tokenRequest: TokenRequest): TokenResponse => {
  const { tenant, client, parameters, origin } = tokenRequest
  const stored = findToken(emulation, tokenRequest)
  const { platform, signIn } = stored.value
  checkOrigin(origin, platform)
  const clientStrength = authenticateClient(emulation, tokenRequest, platform)
  checkLifetime(stored, emulation.now())
  emulation.revocations.check(signIn, platform)
  const scope = parameters.get('scope')
  if (scope === undefined) throw new EntraError(90009, client.clientId, client.displayName)
  const scopes = resolveScopes(scope, tenant, client)
  const { resource } = scopes
  checkResource(parameters.get('resource'), resource, tenant)
  const permissions = grantedPermissions(emulation.consents, signIn.person, client, scopes)
  const requestedClaims = readRequestedClaims(parameters.get('claims'))
  demandStep({ tenant, person: signIn.person, resource, requestedClaims }, signIn, { suberror: 'basic_action' })
  const confirmation = readConfirmation(parameters)
  const { acrs: contexts, capabilities } = requestedClaims
  const owner = { ...stored.value, clientStrength, confirmation }
  const grant = { ...owner, scopes, permissions, contexts, capabilities, rotate: true }
  return createTokenResponse(emulation, platform === 'spa' ? { ...grant, refreshUntil: stored.expiresAt } : grant)
}
