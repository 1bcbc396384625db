import { sign } from 'node:crypto'
import type { SigningKey } from '../keys/signing-keys.ts'

/** Header parameters or claims; `undefined` values are left out. */
export type JsonObject = Readonly<Record<string, unknown>>

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Signs a compact JWS with RS256 whatever the header says (RFC 7515 section 7.1). Not by a library, because a library
 * rightly refuses to make the malformed tokens that tests of resource servers need.
 *
 * @param shownHeader - The header to show in place of the one that is signed.
 */
export const signCompact = (
  header: JsonObject,
  claims: JsonObject,
  key: SigningKey,
  shownHeader: JsonObject = header
): string => {
  const payload = encode(claims)
  const signature = sign('sha256', Buffer.from(`${encode(header)}.${payload}`), key.privateKey)
  return `${encode(shownHeader)}.${payload}.${signature.toString('base64url')}`
}
