import { isObject, textOf, type Claims } from './claims.ts'
import type { RefusalCode } from './codes.ts'
import { isToken68 } from './credential.ts'

const maxLength = 16 * 1024

/** A token whose form is right and of which nothing is proven. */
export interface UnverifiedToken {
  readonly keyId: string
  readonly algorithm: string
  readonly claims: Claims
}

/** Says why a token with this header is refused; `undefined` only if `alg` and `kid` are text. */
export type RefuseHeader = (header: Claims) => RefusalCode | undefined

/** Reads the compact form of a token (RFC 7515 section 7.1); its claims only if nothing is wrong with its header. */
export function readForm(token: string, refuseHeader: RefuseHeader): UnverifiedToken | RefusalCode {
  if (token.length > maxLength) return 'SLUICE_AUTH_TOKEN_TOO_LARGE'
  if (!isToken68(token)) return 'SLUICE_AUTH_TOKEN_MALFORMED'
  const parts = token.split('.')
  if (parts.length === 5) return 'SLUICE_AUTH_TOKEN_ENCRYPTED'
  if (parts.length !== 3) return 'SLUICE_AUTH_TOKEN_MALFORMED'
  const header = decodeObject(parts[0]!)
  if (header === undefined) return 'SLUICE_AUTH_TOKEN_MALFORMED'
  const refusal = refuseHeader(header)
  if (refusal !== undefined) return refusal
  const claims = decodeObject(parts[1]!)
  if (claims === undefined || !isBase64Url(parts[2]!)) return 'SLUICE_AUTH_TOKEN_MALFORMED'
  return { keyId: textOf(header, 'kid'), algorithm: textOf(header, 'alg'), claims }
}

/**
 * Base64url whose unused bits are zero (RFC 4648 section 3.5): else one token had many spellings, each new to whoever
 * remembers tokens.
 */
const isBase64Url = (part: string): boolean => alphabet.test(part) && endings[part.length % 4]!.test(part)
const alphabet = /^[A-Za-z0-9_-]+$/
/** By the characters behind the last four: of one, which stands for less than a byte, none is right. Alone, so that the alphabet is one quick loop. */
const endings = [/$/, /(?!)/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/] as const

function decodeObject(part: string): Claims | undefined {
  if (!isBase64Url(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
