import type { Application } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { noRequestedClaims } from '../tokens/requested-claims.ts'
import { rolesOfClient } from '../tokens/role-claims.ts'
import { checkSecret } from './client-authentication.ts'
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

/**
 * Gives an application a token for itself (RFC 6749 section 4.4). An application without any role gets one too, unless
 * the API requires assignment.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const grantClientCredentials = (emulation: Emulation, tokenRequest: TokenRequest): TokenResponse => {
  const { tenant, client, presented, parameters, origin } = tokenRequest
  checkOrigin(origin, undefined)
  checkSecret(client, presented, 7000216)
  const [resource, resourceName] = findResource(tokenRequest)
  checkResource(parameters.get('resource'), resource)
  if (resource.appRoleAssignmentRequired && !rolesOfClient(client, resource)) {
    const { identifierUris, clientId, displayName } = resource
    throw new EntraError(501051, client.clientId, client.displayName, identifierUris[0] ?? clientId, displayName)
  }
  const { token, expiresIn } = emulation.minter.accessToken({
    tenantId: tenant.tenantId,
    client,
    clientStrength: '1',
    resource,
    resourceName,
    scopes: [],
    authTime: emulation.now(),
    requestedClaims: noRequestedClaims
  })
  return { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token }
}
