import { createHash } from 'node:crypto'
import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'

/** A code challenge (RFC 7636 section 4.3). */
export interface CodeChallenge {
  readonly value: string
  readonly method: 'S256' | 'plain'
}

/**
 * Reads the code challenge of an authorization request; the method is `plain` where absent.
 *
 * @throws EntraError 501491 for a length outside 43 to 128, 9002313 for an unknown method.
 */
export const readCodeChallenge = (parameters: Parameters): CodeChallenge | undefined => {
  const value = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method') ?? 'plain'
  if (method !== 'S256' && method !== 'plain') throw new EntraError(9002313)
  if (value === undefined) return undefined
  if (!/^[\w.~-]{43,128}$/.test(value)) throw new EntraError(501491)
  return { value, method }
}

/**
 * Compares a code verifier with the challenge (RFC 7636 section 4.6).
 *
 * @throws EntraError 50148 if the verifier is missing, 501481 if it does not match, or if nothing was challenged.
 */
export const checkCodeVerifier = (challenge: CodeChallenge | undefined, verifier: string | undefined): void => {
  if (challenge === undefined && verifier === undefined) return
  if (verifier === undefined) throw new EntraError(50148)
  const isSha256 = challenge?.method === 'S256'
  const transformed = isSha256 ? createHash('sha256').update(verifier).digest('base64url') : verifier
  if (transformed !== challenge?.value) throw new EntraError(501481)
}
