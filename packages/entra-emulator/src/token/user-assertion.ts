import { type CompactJws, parseCompactJws, textClaim, timeClaim } from '../assertions/compact-jws.ts'
import { checkIssuedSignature } from '../assertions/issued-signature.ts'
import type { Application } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError, showTime } from '../entra-error.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { TokenRequest } from './token-request.ts'

const checkIssuer = (emulation: Emulation, { tenant }: TokenRequest, jws: CompactJws): void => {
  const signature = checkIssuedSignature(jws, emulation.keys)
  // A token for Microsoft Graph ends here: it is not signed as it looks.
  if (signature === 'wrong') {
    throw new EntraError(50013, 'The provided signature value did not match the expected signature value.')
  }
  const { v1Issuer, v2Issuer } = emulation.endpoints
  const issuers = [v1Issuer(tenant.tenantId), v2Issuer(tenant.tenantId)]
  if (signature === 'unknown key' || !issuers.includes(textClaim(jws, 'iss'))) {
    throw new EntraError(50013, 'The key was not found.')
  }
}

const checkTime = (jws: CompactJws, now: number): void => {
  const [from, until] = [timeClaim(jws, 'nbf'), timeClaim(jws, 'exp')]
  if (from <= now && now < until) return
  throw new EntraError(500133, ...[now, until].map(showTime))
}

/** The application for which the assertion has to be: an agent identity redeems what its blueprint was sent. */
const expectedAudience = ({ tenant, client }: TokenRequest): Application =>
  client.kind === 'agentIdentity' ? (tenant.findClient(client.agentIdentityBlueprintId ?? '') ?? client) : client

const checkAudience = (request: TokenRequest, jws: CompactJws): void => {
  const { clientId, identifierUris, displayName } = expectedAudience(request)
  const audience = textClaim(jws, 'aud')
  const expected = [clientId, ...identifierUris, ...identifierUris.map(uri => `${uri}/`)]
  if (!expected.includes(audience)) throw new EntraError(500131, audience, clientId, displayName)
}

/** @throws EntraError 240002 for an ID token, 7000114 for the token of an application, 50013 for one bound to a key. */
const checkIsOfPerson = ({ claims }: CompactJws): void => {
  const client = claims['azp'] ?? claims['appid']
  if (typeof client !== 'string') throw new EntraError(240002)
  const { scp } = claims
  if (typeof scp !== 'string' || scp === '' || scp === '/') throw new EntraError(7000114, client)
  if (claims['cnf'] !== undefined) throw new EntraError(50013, 'The token is bound to a key.')
}

/**
 * Checks the access token that a middle tier was sent and wants to exchange, and finds the sign-in behind it.
 *
 * @throws EntraError 50027, 50013, 500131, 500133, 240002, 7000114 or 50173.
 */
export const readUserAssertion = (emulation: Emulation, request: TokenRequest): SignIn => {
  const jws = parseCompactJws(request.parameters.require('assertion'))
  if (!jws) throw new EntraError(50027)
  checkIssuer(emulation, request, jws)
  checkAudience(request, jws)
  checkTime(jws, emulation.now())
  checkIsOfPerson(jws)
  const signIn = emulation.minter.signInOf(textClaim(jws, 'uti'))
  if (!signIn) throw new EntraError(50013, 'The key was not found.')
  emulation.revocations.check(signIn, 'web')
  return signIn
}
