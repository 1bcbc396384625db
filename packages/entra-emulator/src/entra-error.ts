import { randomUUID } from 'node:crypto'
import { aadsts, type AadstsCode } from './aadsts.ts'

/** A request that Entra refuses: thrown by the checks, turned into JSON, a page or a redirect by the endpoint. */
export class EntraError extends Error {
  readonly code: AadstsCode
  /** The OAuth error code. */
  readonly error: string
  readonly status: number

  /** @param values - What stands in the text for `{0}`, `{1}`…: identifiers only, never a secret, code or token. */
  constructor(code: AadstsCode, ...values: readonly string[]) {
    const { error, status, message } = aadsts[code]
    super(`AADSTS${code}: ${message.replaceAll(/\{(\d)\}/g, (_, index) => values[Number(index)] ?? '')}`)
    this.name = 'EntraError'
    this.code = code
    this.error = error
    this.status = status
  }
}

/** The body of an error of the token endpoint (RFC 6749 section 5.2 with Entra's additions). */
export interface ErrorBody {
  readonly error: string
  readonly error_description: string
  readonly error_codes: readonly number[]
  readonly timestamp: string
  readonly trace_id: string
  readonly correlation_id: string
  readonly error_uri: string
  readonly suberror?: string
}

/** Writes an error as Entra does, its trace lines included. */
export const describeError = (error: EntraError, authority: string, now: number): ErrorBody => {
  const timestamp = new Date(now).toISOString().replace('T', ' ').replace(/\.\d+/, '')
  const [trace, correlation] = [randomUUID(), randomUUID()]
  const lines = [error.message, `Trace ID: ${trace}`, `Correlation ID: ${correlation}`, `Timestamp: ${timestamp}`]
  return {
    error: error.error,
    error_description: lines.join('\r\n'),
    error_codes: [error.code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `${authority}/error?code=${error.code}`,
    ...(error.code === 65001 ? { suberror: 'consent_required' } : {})
  }
}
