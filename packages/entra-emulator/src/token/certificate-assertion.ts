import { createHash, X509Certificate } from 'node:crypto'
import { type CompactJws, hasSignatureOf, textClaim, timeClaim } from '../assertions/compact-jws.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError, showTime } from '../entra-error.ts'
import type { TokenRequest } from './token-request.ts'

const unregistered =
  'The certificate with identifier used to sign the client assertion is not registered on application.'
const invalid = 'Client assertion contains an invalid signature.'

const hasThumbprint = ({ header }: CompactJws, der: Buffer): boolean => {
  const thumbprint = (algorithm: string): string => createHash(algorithm).update(der).digest('base64url')
  const sha256 = header['x5t#S256']
  return sha256 === undefined ? header['x5t'] === thumbprint('sha1') : sha256 === thumbprint('sha256')
}

const findCertificate = (jws: CompactJws, { client }: TokenRequest): X509Certificate | undefined =>
  client.keyCredentials
    .map(({ key }) => Buffer.from(key, 'base64'))
    .filter(der => hasThumbprint(jws, der))
    .map(der => new X509Certificate(der))[0]

/** Whether an assertion is meant to be one of the client's own certificate, and not of a federated issuer. */
export const isCertificateAssertion = ({ header }: CompactJws): boolean => 'x5t' in header || 'x5t#S256' in header

/** @throws EntraError 700024 outside `nbf`, which Entra takes for 1970 where it is absent, and `exp`. */
export const checkAssertionTime = (jws: CompactJws, now: number): void => {
  const from = jws.claims['nbf'] === undefined ? 0 : timeClaim(jws, 'nbf')
  const until = timeClaim(jws, 'exp')
  if (from <= now && now < until) return
  throw new EntraError(700024, ...[now, from, until].map(showTime))
}

/**
 * Checks a client assertion signed with a registered certificate (RFC 7523 section 2.2).
 *
 * @throws EntraError 700027 for the key or signature, 700021, 50048 and 700023 for `iss`, `sub` and `aud`, 700024 for
 * the time, 50027 without `jti` or with a list of audiences.
 */
export const checkCertificateAssertion = (emulation: Emulation, request: TokenRequest, jws: CompactJws): void => {
  const { client, tenant } = request
  const certificate = findCertificate(jws, request)
  if (!certificate) throw new EntraError(700027, unregistered, 'The key was not found.')
  if (!hasSignatureOf(jws, certificate.publicKey, ['PS256', 'RS256'])) {
    throw new EntraError(700027, invalid, 'The provided signature value did not match the expected signature value.')
  }
  const [issuer, subject] = [textClaim(jws, 'iss').toLowerCase(), textClaim(jws, 'sub').toLowerCase()]
  if (issuer !== subject) throw new EntraError(50048)
  if (issuer !== client.clientId) throw new EntraError(700021)
  const audience = `${emulation.endpoints.authority}/${tenant.tenantId}/oauth2/v2.0/token`
  if (typeof jws.claims['aud'] !== 'string') throw new EntraError(50027)
  if (textClaim(jws, 'aud') !== audience) throw new EntraError(700023)
  checkAssertionTime(jws, emulation.now())
  if (textClaim(jws, 'jti') === '') throw new EntraError(50027)
}
