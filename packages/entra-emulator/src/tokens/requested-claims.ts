import { EntraError } from '../entra-error.ts'

/** What the `claims` parameter asked of the access token (OpenID Connect Core section 5.5, as Entra reads it). */
export interface RequestedClaims {
  /** Authentication contexts (`c1` to `c99`). */
  readonly acrs: readonly string[]
  /** Client capabilities that are known: `cp1`, in whatever case. */
  readonly capabilities: readonly string[]
  /** Conditional Access policies (`capolids`) that the access token has to satisfy. */
  readonly policies: readonly string[]
}

/** Nothing asked. */
export const noRequestedClaims: RequestedClaims = { acrs: [], capabilities: [], policies: [] }

type Members = Readonly<Record<string, unknown>>

const readObject = (value: unknown): Members => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new EntraError(9002313)
  return value as Members
}

const parse = (parameter: string): unknown => {
  try {
    return JSON.parse(parameter)
  } catch {
    throw new EntraError(9002313)
  }
}

/** The values that a claim is asked to have: `value`, or one of `values`. `null` asks for whatever there is. */
const valuesOf = (claims: Members, name: string): readonly string[] => {
  const request = claims[name]
  if (request === undefined || request === null) return []
  const { value, values } = readObject(request)
  const all: readonly unknown[] = values === undefined ? [value] : Array.isArray(values) ? values : [undefined]
  return all.map(each => {
    if (typeof each !== 'string') throw new EntraError(9002313)
    return each
  })
}

/**
 * Reads the `claims` parameter.
 *
 * @throws EntraError 9002313 if it is no JSON object, or if a claim that Entra knows is asked for in a wrong form.
 */
export const readRequestedClaims = (parameter: string | undefined): RequestedClaims => {
  if (parameter === undefined) return noRequestedClaims
  const { access_token: accessToken } = readObject(parse(parameter))
  if (accessToken === undefined || accessToken === null) return noRequestedClaims
  const claims = readObject(accessToken)
  const acrs = valuesOf(claims, 'acrs')
  if (!acrs.every(value => /^c[1-9]\d?$/.test(value))) throw new EntraError(9002313)
  // Every token is made anew, so one that must not be older than a revocation needs nothing more than its form checked.
  if (!valuesOf(claims, 'nbf').every(value => /^\d{1,12}$/.test(value))) throw new EntraError(9002313)
  return {
    acrs,
    capabilities: valuesOf(claims, 'xms_cc').filter(value => value.toLowerCase() === 'cp1'),
    policies: valuesOf(claims, 'capolids')
  }
}
