import { constants, type KeyObject, verify } from 'node:crypto'

/** A compact JWS taken apart (RFC 7515 section 7.1). Nothing of it is believed until {@link hasSignatureOf} says so. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signingInput: string
  readonly signature: Buffer
}

/** The signature algorithms that Entra takes in assertions. */
export type AssertionAlgorithm = 'RS256' | 'PS256'

const decode = (part: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Takes a compact JWS apart; `undefined` if it is none. */
export const parseCompactJws = (token: string): CompactJws | undefined => {
  const [protectedHeader = '', payload = '', signature = '', ...rest] = token.split('.')
  const [header, claims] = [decode(protectedHeader), decode(payload)]
  if (!header || !claims || signature === '' || rest.length > 0) return undefined
  return {
    header,
    claims,
    signingInput: `${protectedHeader}.${payload}`,
    signature: Buffer.from(signature, 'base64url')
  }
}

/**
 * Checks a signature. Synchronous, so that a grant is one step: nothing can come between finding a code unused and
 * marking it used.
 */
export const hasSignatureOf = (jws: CompactJws, key: KeyObject, algorithms: readonly AssertionAlgorithm[]): boolean => {
  const algorithm = algorithms.find(candidate => candidate === jws.header['alg'])
  if (algorithm === undefined || key.asymmetricKeyType !== 'rsa') return false
  // RFC 7518 section 3.5: the salt is as long as the hash.
  const padding =
    algorithm === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING }
  return verify('sha256', Buffer.from(jws.signingInput), { key, ...padding }, jws.signature)
}

/** Reads a claim that has to be a string; `''` for anything else. */
export const textClaim = ({ claims }: CompactJws, name: string): string => {
  const value = claims[name]
  return typeof value === 'string' ? value : ''
}

/** Reads a claim that has to be a NumericDate (RFC 7519 section 2), in milliseconds; `NaN` for anything else. */
export const timeClaim = ({ claims }: CompactJws, name: string): number => {
  const value = claims[name]
  return typeof value === 'number' ? value * 1000 : Number.NaN
}
