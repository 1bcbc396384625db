import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'

/** The key that a token is bound to (RFC 7800 section 3.4), as a signed HTTP request proves it. */
export interface Confirmation {
  /** JWK thumbprint (RFC 7638). */
  readonly kid: string
  /** Where the client keeps the key: `sw` for software, `uhw` for hardware. */
  readonly xms_ksl?: string
}

const decode = (encoded: string): unknown => {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString())
  } catch {
    throw new EntraError(9002313)
  }
}

/**
 * Reads `token_type=pop` with its `req_cnf`; `undefined` where an ordinary token is asked for.
 *
 * @throws EntraError 900144 without `req_cnf`, 9002313 for another `token_type`, a malformed key, or a key without
 * `token_type`.
 */
export const readConfirmation = (parameters: Parameters): Confirmation | undefined => {
  const type = parameters.get('token_type')
  if (type === undefined && !parameters.has('req_cnf')) return undefined
  if (type !== 'pop') throw new EntraError(9002313)
  const key = decode(parameters.require('req_cnf'))
  if (typeof key !== 'object' || key === null || !('kid' in key) || typeof key.kid !== 'string' || key.kid === '') {
    throw new EntraError(9002313)
  }
  const location = 'xms_ksl' in key && typeof key.xms_ksl === 'string' ? { xms_ksl: key.xms_ksl } : {}
  return { kid: key.kid, ...location }
}
