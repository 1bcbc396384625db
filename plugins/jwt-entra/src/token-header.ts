import type { Claims } from './claims.ts'
import type { RefusalCode } from './codes.ts'

/** Refuses every algorithm but those of the set, unsigned and symmetric ones for a reason of their own. */
export function refuseAlgorithm({ alg }: Claims, accepted: ReadonlySet<string>): RefusalCode | undefined {
  if (typeof alg !== 'string' || /^none$/i.test(alg)) return 'SLUICE_AUTH_ALGORITHM_NONE'
  if (/^HS/i.test(alg)) return 'SLUICE_AUTH_ALGORITHM_SYMMETRIC'
  return accepted.has(alg) ? undefined : 'SLUICE_AUTH_ALGORITHM_REFUSED'
}

/** Refuses a token that brings its own key, or that changes how it is to be read (RFC 7515 section 4.1, RFC 7797). */
export function refuseExtensions(header: Claims): RefusalCode | undefined {
  if (has(header, 'jwk') || has(header, 'jku') || has(header, 'x5c') || has(header, 'x5u')) {
    return 'SLUICE_AUTH_KEY_EMBEDDED'
  }
  if (has(header, 'crit')) return 'SLUICE_AUTH_HEADER_CRITICAL'
  return has(header, 'b64') ? 'SLUICE_AUTH_PAYLOAD_UNENCODED' : undefined
}

/** Refuses a token that does not say which key signed it. */
export const refuseKeyId = ({ kid }: Claims): RefusalCode | undefined =>
  typeof kid === 'string' && kid !== '' ? undefined : 'SLUICE_AUTH_KEY_ID_MISSING'

/** Whether a header has a parameter, of whatever type. */
export const has = (header: Claims, name: string): boolean => Object.hasOwn(header, name)
