import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { OAuthFault } from './oauth-fault.ts'
import type { Parameters } from './parameters.ts'

/** A SHA-256 digest in base64url. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** The client's challenge (RFC 7636 section 4.3). @throws OAuthFault for any method but S256: `plain` proves nothing */
export const readChallenge = (parameters: Parameters): string => {
  const challenge = parameters.get('code_challenge') ?? ''
  if (parameters.get('code_challenge_method') !== 'S256' || !CHALLENGE.test(challenge))
    throw new OAuthFault('SLUICE_OAUTH_PKCE')
  return challenge
}

/** Whether a verifier is the challenge's (RFC 7636 section 4.6). */
export const fitsChallenge = (verifier: string, challenge: string): boolean =>
  VERIFIER.test(verifier) && timingSafeEqual(Buffer.from(challengeOf(verifier)), Buffer.from(challenge))

/** A verifier of the gateway's own, and its challenge. */
export const newVerifier = (): { verifier: string; challenge: string } => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: challengeOf(verifier) }
}
