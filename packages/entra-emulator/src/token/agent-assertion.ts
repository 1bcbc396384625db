import { type CompactJws, textClaim } from '../assertions/compact-jws.ts'
import { checkIssuedSignature } from '../assertions/issued-signature.ts'
import { tokenExchange } from '../directory/first-party.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { agentSubject } from './agent-path.ts'
import { checkAssertionTime } from './certificate-assertion.ts'
import type { TokenRequest } from './token-request.ts'

/**
 * Checks a token of the exchange that the emulator issued: its signature, issuer, audience, subject and time.
 *
 * @throws EntraError 50013, 700211, 700212, 700213 or 700024.
 */
export const checkExchangeToken = (
  emulation: Emulation,
  { tenant }: TokenRequest,
  jws: CompactJws,
  subject: string
): void => {
  if (checkIssuedSignature(jws, emulation.keys) !== 'valid') throw new EntraError(50013, 'The key was not found.')
  const [issuer, audience] = [textClaim(jws, 'iss'), textClaim(jws, 'aud')]
  if (issuer !== emulation.endpoints.v2Issuer(tenant.tenantId)) throw new EntraError(700211, issuer)
  if (audience !== tokenExchange.clientId) throw new EntraError(700212, audience)
  if (textClaim(jws, 'sub') !== subject) throw new EntraError(700213, textClaim(jws, 'sub'))
  checkAssertionTime(jws, emulation.now())
}

/**
 * Checks the assertion of an agent identity: the token that its blueprint got for it.
 *
 * @throws EntraError as {@link checkExchangeToken}.
 */
export const checkAgentAssertion = (emulation: Emulation, request: TokenRequest, jws: CompactJws): void => {
  const { tenant, client } = request
  const subject = agentSubject(tenant.tenantId, client.agentIdentityBlueprintId ?? '', client.clientId)
  checkExchangeToken(emulation, request, jws, subject)
}
