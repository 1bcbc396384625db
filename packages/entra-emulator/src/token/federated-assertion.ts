import { createPublicKey, type KeyObject } from 'node:crypto'
import { type CompactJws, hasSignatureOf, textClaim } from '../assertions/compact-jws.ts'
import { checkIssuedSignature } from '../assertions/issued-signature.ts'
import type { FederatedIdentityCredential } from '../directory/directory-config.ts'
import { tokenExchange } from '../directory/first-party.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { checkAssertionTime } from './certificate-assertion.ts'
import type { TokenRequest } from './token-request.ts'

const exchangeNames: ReadonlySet<string> = new Set([tokenExchange.clientId, ...tokenExchange.identifierUris])

/** Entra's own tokens name the exchange by its client ID, those of other issuers by its URI. */
const isAudience = (audience: string, accepted: readonly string[]): boolean =>
  accepted.some(name => name === audience || (exchangeNames.has(name) && exchangeNames.has(audience)))

const isSignedBy = (emulation: Emulation, jws: CompactJws, { jwks }: FederatedIdentityCredential): boolean => {
  if (!jwks) return checkIssuedSignature(jws, emulation.keys) === 'valid'
  const candidates = jwks.keys.filter(key => key['kid'] === jws.header['kid'])
  const keys: readonly KeyObject[] = candidates.map(key => createPublicKey({ key, format: 'jwk' }))
  return keys.some(key => hasSignatureOf(jws, key, ['RS256']))
}

const findCredential = (
  emulation: Emulation,
  { client }: TokenRequest,
  jws: CompactJws
): FederatedIdentityCredential => {
  const { federatedIdentityCredentials: credentials } = client
  if (credentials.length === 0) throw new EntraError(70025, client.clientId, client.displayName)
  const { authority } = emulation.endpoints
  const [issuer, audience, subject] = [textClaim(jws, 'iss'), textClaim(jws, 'aud'), textClaim(jws, 'sub')]
  const ofIssuer = credentials.filter(candidate => candidate.issuer.replace('{authority}', authority) === issuer)
  if (ofIssuer.length === 0) throw new EntraError(700211, issuer)
  const ofAudience = ofIssuer.filter(candidate => isAudience(audience, candidate.audiences))
  if (ofAudience.length === 0) throw new EntraError(700212, audience)
  const found = ofAudience.find(candidate => candidate.subject === subject)
  if (found) return found
  // Since August 2024 the case of a subject matters.
  const inOtherCase = ofAudience.some(candidate => candidate.subject.toLowerCase() === subject.toLowerCase())
  throw new EntraError(inOtherCase ? 7002138 : 700213, subject)
}

/**
 * Checks a token of another issuer that stands for the client's own credential (workload identity federation).
 *
 * @throws EntraError 70025, 700211, 700212, 700213 or 7002138 where no credential fits, 700229 for the token of a
 * person, 50013 for the signature, 700024 for the time.
 */
export const checkFederatedAssertion = (emulation: Emulation, request: TokenRequest, jws: CompactJws): void => {
  const credential = findCredential(emulation, request, jws)
  if (!isSignedBy(emulation, jws, credential)) throw new EntraError(50013, 'The key was not found.')
  if (!credential.jwks && jws.claims['scp'] !== undefined) throw new EntraError(700229)
  checkAssertionTime(jws, emulation.now())
}
