/** An HTTP answer, whole. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** An AADSTS code for the request log. */
  readonly code?: number
}

const neverStored = { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' }

/** JSON that must not be stored: tokens and errors (RFC 6749 section 5.1). */
export const jsonAnswer = (status: number, value: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...neverStored, ...headers },
  body: JSON.stringify(value)
})

/** A public document: metadata and key sets, readable from any origin. */
export const documentAnswer = (value: object): Answer =>
  jsonAnswer(200, value, {
    'cache-control': 'max-age=86400, private',
    pragma: 'cache',
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, OPTIONS'
  })

/** A page without scripts. */
export const pageAnswer = (status: number, body: string): Answer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...neverStored
  },
  body
})

/** A redirect of the browser. */
export const redirectAnswer = (location: string): Answer => ({
  status: 302,
  headers: { location, ...neverStored },
  body: ''
})

/** An answer of one line. */
export const textAnswer = (status: number, text: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: text
})

/** RFC 9110 section 15.5.6. */
export const methodNotAllowed = (allow: string): Answer => textAnswer(405, 'Method not allowed', { allow })
