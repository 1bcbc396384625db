/** All claims of a token, of whatever type the token gave them. */
export type Claims = Readonly<Record<string, unknown>>

/** Whether a parsed JSON value is an object, as headers, claim sets and documents are. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a claim is text or missing. */
export const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string'

/** Whether a claim is a time (NumericDate of RFC 7519 section 2) or missing. */
export const isTimeOrAbsent = (value: unknown): boolean => value === undefined || Number.isFinite(value)

/** The claim as text; empty if it is missing or of another type. */
export const textOf = (claims: Claims, name: string): string => {
  const value = claims[name]
  return typeof value === 'string' ? value : ''
}

/** The claim as a list of strings, empty if it is missing; `undefined` if it is of another type. */
export const listOf = (claims: Claims, name: string): readonly string[] | undefined => {
  const value = claims[name]
  if (value === undefined) return []
  return Array.isArray(value) && value.every(entry => typeof entry === 'string') ? value : undefined
}

/** The claim as a set of space-separated words; empty if it is missing or of another type. */
export const wordsOf = (claims: Claims, name: string): readonly string[] =>
  textOf(claims, name)
    .split(' ')
    .filter(word => word !== '')
