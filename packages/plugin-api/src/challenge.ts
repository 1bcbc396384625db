/** One challenge of `WWW-Authenticate` (RFC 9110 section 11.6.1). Serialised by the core after the last onResponse. */
export interface Challenge {
  readonly scheme: string
  /** Written as quoted strings, in this order. */
  readonly params: Map<string, string>
  /** Bare names, set by scope or jwt-entra. */
  scopes?: readonly string[]
  /** Bare name to request form, set by prm. */
  qualify?: (bare: string) => string
}
