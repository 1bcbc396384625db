import { type CompactJws, parseCompactJws } from '../assertions/compact-jws.ts'
import type { Platform } from '../directory/directory-config.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { checkAgentAssertion } from './agent-assertion.ts'
import { checkCertificateAssertion, isCertificateAssertion } from './certificate-assertion.ts'
import { checkFederatedAssertion } from './federated-assertion.ts'
import type { TokenRequest } from './token-request.ts'

/** What `azpacr` says of how the client proved itself: 0 not at all, 1 by a secret, 2 by an assertion. */
export type ClientStrength = '0' | '1' | '2'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const readAssertion = ({ parameters, presented }: TokenRequest): CompactJws => {
  const type = parameters.require('client_assertion_type')
  const jws = parseCompactJws(presented.assertion ?? '')
  if (type !== assertionType || !jws) throw new EntraError(50027)
  return jws
}

const checkAssertion = (emulation: Emulation, request: TokenRequest): void => {
  const jws = readAssertion(request)
  if (request.client.kind === 'agentIdentity') return checkAgentAssertion(emulation, request, jws)
  if (isCertificateAssertion(jws)) return checkCertificateAssertion(emulation, request, jws)
  return checkFederatedAssertion(emulation, request, jws)
}

/**
 * Authenticates a confidential client by its secret or assertion.
 *
 * @param missing - The code for a client that presents neither.
 * @throws EntraError 9002313 for both, 7000215 for a wrong secret, or what the assertion is refused for.
 */
export const authenticateConfidential = (
  emulation: Emulation,
  request: TokenRequest,
  missing: 7000216 | 7000218
): ClientStrength => {
  const { client, presented } = request
  if (presented.assertion !== undefined) {
    if (presented.secret !== undefined) throw new EntraError(9002313)
    checkAssertion(emulation, request)
    return '2'
  }
  if (presented.secret === undefined) throw new EntraError(missing)
  if (!client.clientSecrets.includes(presented.secret)) throw new EntraError(7000215, client.clientId)
  return '1'
}

/**
 * Authenticates the client as the platform of the redirect URI demands: a credential for `web`, none for the others.
 *
 * @throws EntraError 700025 where a public client presents one, or what {@link authenticateConfidential} throws.
 */
export const authenticateClient = (emulation: Emulation, request: TokenRequest, platform: Platform): ClientStrength => {
  if (platform === 'web') return authenticateConfidential(emulation, request, 7000218)
  const { secret, assertion } = request.presented
  if (secret !== undefined || assertion !== undefined) throw new EntraError(700025)
  return '0'
}
