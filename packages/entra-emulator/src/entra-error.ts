import { randomUUID } from 'node:crypto'
import { aadsts, type AadstsCode } from './aadsts.ts'

/** What the place of a refusal adds to its entry in the catalogue. */
export interface ErrorDetails {
  /** The OAuth error code, where it is not that of the catalogue. */
  readonly error?: string
  readonly suberror?: string
  /** What the client has to ask for in its `claims` parameter, as JSON. */
  readonly claims?: string
}

const suberrors: ReadonlyMap<AadstsCode, string> = new Map([
  [53003, 'message_only'],
  [65001, 'consent_required']
])

/** A request that Entra refuses: thrown by the checks, turned into JSON, a page or a redirect by the endpoint. */
export class EntraError extends Error {
  readonly code: AadstsCode
  readonly status: number
  #details: ErrorDetails = {}

  /** @param values - What stands in the text for `{0}`, `{1}`…: identifiers only, never a secret, code or token. */
  constructor(code: AadstsCode, ...values: readonly string[]) {
    const { status, message } = aadsts[code]
    super(`AADSTS${code}: ${message.replaceAll(/\{(\d)\}/g, (_, index) => values[Number(index)] ?? '')}`)
    this.name = 'EntraError'
    this.code = code
    this.status = status
  }

  /** The OAuth error code. */
  get error(): string {
    return this.#details.error ?? aadsts[this.code].error
  }

  get suberror(): string | undefined {
    return this.#details.suberror ?? suberrors.get(this.code)
  }

  get claims(): string | undefined {
    return this.#details.claims
  }

  /** Adds what the place of the refusal knows, and returns the error. */
  with(details: ErrorDetails): this {
    this.#details = details
    return this
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
  readonly claims?: string
}

/** Writes an error as Entra does, its trace lines included. */
export const describeError = (error: EntraError, authority: string, now: number): ErrorBody => {
  const timestamp = new Date(now).toISOString().replace('T', ' ').replace(/\.\d+/, '')
  const [trace, correlation] = [randomUUID(), randomUUID()]
  const lines = [error.message, `Trace ID: ${trace}`, `Correlation ID: ${correlation}`, `Timestamp: ${timestamp}`]
  const { suberror, claims } = error
  return {
    error: error.error,
    error_description: lines.join('\r\n'),
    error_codes: [error.code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `${authority}/error?code=${error.code}`,
    ...(suberror === undefined ? {} : { suberror }),
    ...(claims === undefined ? {} : { claims })
  }
}

/** Writes a time for the text of an error; a missing one as nothing. @param time - In milliseconds since the epoch. */
export const showTime = (time: number): string => (Number.isNaN(time) ? '' : new Date(time).toISOString())
