import { EntraError } from '../entra-error.ts'

/** What the `claims` parameter asked of the access token (OpenID Connect Core section 5.5, as Entra reads it). */
export interface RequestedClaims {
  /** Authentication contexts (`c1` to `c99`), which the emulator takes for satisfied. */
  readonly acrs: readonly string[]
  /** Client capabilities (`cp1`). */
  readonly capabilities: readonly string[]
}

/** Nothing asked. */
export const noRequestedClaims: RequestedClaims = { acrs: [], capabilities: [] }

interface ClaimRequest {
  readonly value?: unknown
  readonly values?: unknown
}

const valuesOf = (request: ClaimRequest | null | undefined): readonly string[] => {
  const values = Array.isArray(request?.values) ? request.values : [request?.value]
  return values.filter(value => typeof value === 'string')
}

/**
 * Reads the `claims` parameter.
 *
 * @throws EntraError 9002313 if it is not a JSON object.
 */
export const readRequestedClaims = (parameter: string | undefined): RequestedClaims => {
  if (parameter === undefined) return noRequestedClaims
  let parsed: { access_token?: { acrs?: ClaimRequest; xms_cc?: ClaimRequest } | null } | null
  try {
    parsed = JSON.parse(parameter)
  } catch {
    throw new EntraError(9002313)
  }
  if (parsed === null || typeof parsed !== 'object') throw new EntraError(9002313)
  const { acrs, xms_cc } = parsed.access_token ?? {}
  return { acrs: valuesOf(acrs), capabilities: valuesOf(xms_cc) }
}
