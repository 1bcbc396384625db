import type { Attack } from './attack.ts'
import { bearer } from './requests.ts'

/** A token that must be refused with a challenge to get another one. */
export const refused = (name: string, token: string, code: string, path = '/mcp'): Attack => ({
  name,
  sent: bearer(token, path),
  expected: { status: 401, error: 'invalid_token', code: `SLUICE_AUTH_${code}` }
})

/** A request that is refused though its token may be good, or that brings none. */
export const refusedRequest = (
  name: string,
  sent: string,
  status: number,
  error: string | undefined,
  code: string
): Attack => ({
  name,
  sent,
  expected: { status, code, ...(error === undefined ? {} : { error }) }
})

/** One part of a token as text that need not be JSON. */
export const part = (text: string): string => Buffer.from(text, 'latin1').toString('base64url')
