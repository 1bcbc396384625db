/** A line about a token: a header parameter or a claim. */
export interface TokenEntry {
  readonly name: string
  /** Without characters that a terminal acts on. */
  readonly value: unknown
  /** Of `iat`, `nbf` and `exp`: when that is, in ISO 8601. */
  readonly time?: string
  /** It was longer than 200 characters as JSON, the beginning of which is `value`. */
  readonly cut?: true
}

/** What stands in a token and may be shown: never the token, its signature, or who the person is by name. */
export interface TokenContents {
  readonly header: readonly TokenEntry[]
  readonly claims: readonly TokenEntry[]
  /** Claims that are there and not shown. */
  readonly otherClaims: readonly string[]
}

const parameters = ['alg', 'typ', 'kid', 'crit', 'enc']
const times = new Set(['iat', 'nbf', 'exp'])
/** What verdicts depend on, in the order in which the gateway looks at it. */
const claims = 'ver tid iss aud iat nbf exp azp appid idtyp scp scope roles oid sub'
  .concat(' acct idp azpacr appidacr acrs xms_cc xms_act_fct xms_sub_fct xms_par_app_azp uti')
  .split(' ')

/**
 * Takes a token apart without believing it; `undefined` where it is no signed JWT (RFC 7515 section 7.1). An opaque token
 * has nothing to show.
 */
export const takeApart = (token: string): TokenContents | undefined => {
  const [head = '', payload = '', ...rest] = token.trim().split('.')
  const header = objectIn(head)
  const body = objectIn(payload)
  if (header === undefined || body === undefined || rest.length !== 1) return undefined
  const names = Object.keys(body)
  return {
    header: parameters.filter(name => name in header).map(name => entryOf(name, header[name])),
    claims: claims.filter(name => names.includes(name)).map(name => entryOf(name, body[name])),
    otherClaims: names.filter(name => !claims.includes(name)).map(shown)
  }
}

const objectIn = (part: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const entryOf = (name: string, value: unknown): TokenEntry => {
  const date = times.has(name) && typeof value === 'number' ? new Date(value * 1000) : undefined
  const time = date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString()
  const text = JSON.stringify(value)
  if (text.length > maxLength) return { name, value: shown(text), cut: true }
  return { name, value: harmless(value), ...(time !== undefined && { time }) }
}

const maxLength = 200

/** A token is somebody else's text: nothing in it may move a cursor or fill the screen. */
const shown = (text: string): string => {
  const clean = withoutControls(text)
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
}

const withoutControls = (text: string): string => text.replaceAll(/[\p{C}\p{Z}]/gu, ' ')

const harmless = (value: unknown): unknown => {
  if (typeof value === 'string') return withoutControls(value)
  if (Array.isArray(value)) return value.map(harmless)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [withoutControls(name), harmless(inner)]))
}
