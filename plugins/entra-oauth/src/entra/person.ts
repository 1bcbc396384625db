import { decodeJwt } from 'jose'
import { OAuthFault } from '../oauth-fault.ts'

/** Who signed in at Entra. */
export interface Person {
  /** Tenant and object id: what Entra never gives to anybody else. */
  readonly id: string
  /** For `login_hint`; can change, and decides nothing. */
  readonly hint: string | undefined
}

/** What an ID token must say. */
export interface ExpectedIdToken {
  readonly issuer: string | undefined
  readonly clientId: string
  readonly tenant: string
  readonly now: number
  readonly nonce?: string
}

/**
 * Reads an ID token that came straight from Entra's token endpoint, so that TLS stands for its signature (OpenID Connect
 * Core section 3.1.3.7, point 6).
 *
 * @throws OAuthFault if it is missing or another one than was asked for
 */
export const readPerson = (idToken: string | undefined, expected: ExpectedIdToken): Person => {
  const claims = idToken === undefined ? {} : decoded(idToken)
  const { iss, aud, exp = 0, nonce, tid, oid, preferred_username: hint } = claims
  const fits =
    iss === expected.issuer &&
    aud === expected.clientId &&
    tid === expected.tenant &&
    exp * 1000 > expected.now &&
    (expected.nonce === undefined || nonce === expected.nonce)
  if (!fits || typeof oid !== 'string') throw new OAuthFault('SLUICE_OAUTH_ENTRA_AWAY')
  return { id: `${tid}/${oid}`, hint: typeof hint === 'string' ? hint : undefined }
}

const decoded = (idToken: string): ReturnType<typeof decodeJwt> => {
  try {
    return decodeJwt(idToken)
  } catch {
    return {}
  }
}
