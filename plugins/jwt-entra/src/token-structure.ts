import { isObject, type Claims } from './claims.ts'
import type { RefusalCode } from './codes.ts'
import { isToken68 } from './credential.ts'
import { isGuid } from './guid.ts'

const maxLength = 16 * 1024

/** Version of an Entra token: that of the API's registration, whatever endpoint the client used. */
export type TokenVersion = '1.0' | '2.0'

/** A token whose form is right and of which nothing is proven. */
export interface UnverifiedToken {
  readonly keyId: string
  readonly version: TokenVersion
  /** Lower case. */
  readonly tenant: string
  readonly claims: Claims
}

/**
 * Checks everything that needs no key, so that no signature work is done for what cannot be an Entra access token:
 * compact form (RFC 7515 section 7.1), header, and the claims that choose the key.
 */
export function readStructure(token: string): UnverifiedToken | RefusalCode {
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
  const { ver, tid } = claims
  if (ver !== '1.0' && ver !== '2.0') return 'SLUICE_AUTH_VERSION_REFUSED'
  if (!isGuid(tid)) return 'SLUICE_AUTH_TENANT_REFUSED'
  // refuseHeader left only strings.
  return { keyId: String(header.kid), version: ver, tenant: tid.toLowerCase(), claims }
}

function refuseHeader(header: Claims): RefusalCode | undefined {
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || /^none$/i.test(alg)) return 'SLUICE_AUTH_ALGORITHM_NONE'
  if (/^HS/i.test(alg)) return 'SLUICE_AUTH_ALGORITHM_SYMMETRIC'
  if (alg !== 'RS256') return 'SLUICE_AUTH_ALGORITHM_REFUSED'
  if (has(header, 'jwk') || has(header, 'jku') || has(header, 'x5c') || has(header, 'x5u')) {
    return 'SLUICE_AUTH_KEY_EMBEDDED'
  }
  if (has(header, 'crit')) return 'SLUICE_AUTH_HEADER_CRITICAL'
  if (has(header, 'b64')) return 'SLUICE_AUTH_PAYLOAD_UNENCODED'
  // Graph hashes the nonce of its tokens before it signs: they verify for nobody else, by design.
  if (has(header, 'nonce')) return 'SLUICE_AUTH_GRAPH_TOKEN'
  if (typ !== undefined && !(typeof typ === 'string' && /^jwt$/i.test(typ))) return 'SLUICE_AUTH_TYPE_REFUSED'
  if (typeof kid !== 'string' || kid === '') return 'SLUICE_AUTH_KEY_ID_MISSING'
  return undefined
}

const has = (header: Claims, name: string): boolean => Object.hasOwn(header, name)

const isBase64Url = (part: string): boolean => /^[A-Za-z0-9_-]+$/.test(part)

function decodeObject(part: string): Claims | undefined {
  if (!isBase64Url(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
