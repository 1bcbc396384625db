import type { Exchange, HeaderList, RefusalForm, RefusalNotice, Reply } from '@sluice/plugin-api'
import { refusals } from './codes.ts'
import type { OAuthFault } from './oauth-fault.ts'

const FIELDS: HeaderList = [
  ['content-type', 'application/json'],
  ['cache-control', 'no-store']
]
/** What has nothing to do with the request: the same one is good later. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 503, 504])

/** A fault as RFC 6749 section 5.2 has it, with what finds the line in the log. */
export const errorDocument = ({ code, error, message, retryAfter = 1 }: OAuthFault, { id }: Exchange): Reply => {
  const { status } = refusals[code]
  return {
    status,
    code,
    reason: message,
    headers: [...FIELDS, ...(status === 503 ? [['retry-after', String(retryAfter)] as const] : [])],
    body: bodyOf(error, message, code, id)
  }
}

/** The same of what did not reach the authorization server: too many requests, another method, a filter's refusal. */
export const refusalDocument = ({ status, code, message, requestId }: RefusalNotice): RefusalForm => ({
  headers: FIELDS,
  body: bodyOf(errorOf(status), message, code, requestId)
})

/**
 * Of the codes of RFC 6749 sections 4.1.2.1 and 5.2, one with which clients keep what they have: at `invalid_client`,
 * `unauthorized_client` and `invalid_grant` they throw registration or tokens away.
 */
const errorOf = (status: number): string => {
  if (PASSING.has(status)) return 'temporarily_unavailable'
  return status >= 500 ? 'server_error' : 'invalid_request'
}

const bodyOf = (error: string, error_description: string, code: string, requestId: string): string =>
  JSON.stringify({ error, error_description, code, requestId })
