import type { Exchange } from '@sluice/plugin-api'
import type { RefusalCode } from './codes.ts'

/** What the head of a request says about its sender: a bearer token, none, or why it is refused unread. */
export type Credential = { readonly token: string } | RefusalCode | undefined

const token68 = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Finds the one credential of a request (RFC 6750 section 2). Only the header is read: a token in the query or in a
 * form is refused, because it was or would be disclosed.
 */
export function readCredential(x: Exchange): Credential {
  const { rawHeaders } = x
  let authorization: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 13 && name.toLowerCase() === 'authorization') {
      if (authorization !== undefined) return 'SLUICE_AUTH_CREDENTIALS_REPEATED'
      authorization = rawHeaders[i + 1]!
    } else if (name.length === 12 && isContentType(name) && isForm(rawHeaders[i + 1]!)) {
      return 'SLUICE_AUTH_FORM_REFUSED'
    }
  }
  if (x.query !== '' && namesAccessToken(x.query)) return 'SLUICE_AUTH_TOKEN_IN_QUERY'
  return authorization === undefined ? undefined : readAuthorization(authorization)
}

function readAuthorization(value: string): Credential {
  const space = value.indexOf(' ')
  const scheme = (space < 0 ? value : value.slice(0, space)).toLowerCase()
  if (scheme === 'pop' || scheme === 'dpop') return 'SLUICE_AUTH_PROOF_UNSUPPORTED'
  if (scheme !== 'bearer') return 'SLUICE_AUTH_SCHEME_UNSUPPORTED'
  // RFC 9110 section 11.4 allows more than one space between scheme and token68.
  let start = scheme.length
  while (value.charCodeAt(start) === 32) start++
  return { token: value.slice(start) }
}

/** Whether a text has the form of a bearer token: `b64token` of RFC 6750 section 2.1. */
export const isToken68 = (text: string): boolean => token68.test(text)

/** Servers that read `_` as `-` take this for a content type, too. */
const isContentType = (name: string): boolean => name.toLowerCase().replace('_', '-') === 'content-type'

/** Any mention counts: a list of types, or parameters with a type in them, are read by each server in its own way. */
const isForm = (contentType: string): boolean =>
  contentType.length >= 33 && contentType.toLowerCase().includes('application/x-www-form-urlencoded')

/** Whether a parameter is named `access_token` once its name is decoded as servers decode it. */
function namesAccessToken(query: string): boolean {
  for (const parameter of query.split(/[&;]/)) {
    const end = parameter.indexOf('=')
    const name = end < 0 ? parameter : parameter.slice(0, end)
    if (name === 'access_token' || (name.includes('%') && percentDecode(name) === 'access_token')) return true
  }
  return false
}

/** Decodes what is well-formed and keeps the rest, so that a broken sequence hides nothing. */
const percentDecode = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
