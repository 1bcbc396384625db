import type { Application } from '../directory/directory.ts'
import { tokenExchange } from '../directory/first-party.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { readRequestedClaims } from '../tokens/requested-claims.ts'
import { rolesOfClient } from '../tokens/role-claims.ts'
import { readAgentPath } from './agent-path.ts'
import { authenticateConfidential } from './client-authentication.ts'
import { readConfirmation } from './confirmation.ts'
import { checkOrigin, type TokenRequest } from './token-request.ts'
import type { TokenResponse } from './token-response.ts'

const suffix = '/.default'

const findResource = ({ tenant, parameters }: TokenRequest): readonly [Application, string] => {
  const scope = parameters.require('scope')
  if (scope.includes(' ')) throw new EntraError(70011, scope)
  if (!scope.endsWith(suffix)) throw new EntraError(1002012, scope)
  const name = scope.slice(0, -suffix.length)
  const resource = tenant.findResource(name)
  if (!resource) throw new EntraError(500011, name, tenant.displayName)
  return [resource, name]
}

const checkMayAsk = (client: Application, resource: Application): void => {
  if (client.kind === 'agentIdentityBlueprint' && resource !== tokenExchange) {
    throw new EntraError(82001, client.clientId, resource.clientId)
  }
  if (!resource.appRoleAssignmentRequired || rolesOfClient(client, resource)) return
  const { identifierUris, clientId, displayName } = resource
  throw new EntraError(501051, client.clientId, client.displayName, identifierUris[0] ?? clientId, displayName)
}

/**
 * Gives an application a token for itself (RFC 6749 section 4.4). An application without any role gets one too, unless
 * the API requires assignment.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const grantClientCredentials = (emulation: Emulation, tokenRequest: TokenRequest): TokenResponse => {
  const { tenant, client, parameters, origin } = tokenRequest
  checkOrigin(origin, undefined)
  const clientStrength = authenticateConfidential(emulation, tokenRequest, 7000216)
  const [resource, resourceName] = findResource(tokenRequest)
  checkResource(parameters.get('resource'), resource, tenant)
  checkMayAsk(client, resource)
  const { capabilities } = readRequestedClaims(parameters.get('claims'))
  const confirmation = readConfirmation(parameters)
  const subject = readAgentPath(tokenRequest, resource)
  const owner = { tenant, client, clientStrength, contexts: [], capabilities, confirmation }
  const overrides = subject === undefined ? {} : { claims: { sub: subject } }
  const { token, expiresIn } = emulation.minter.accessToken({ ...owner, resource, resourceName, scopes: [] }, overrides)
  const type = confirmation ? 'pop' : 'Bearer'
  return { token_type: type, expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token }
}
