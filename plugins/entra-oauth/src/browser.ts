import { randomBytes } from 'node:crypto'
import type { Exchange } from '@sluice/plugin-api'

/** `__Host-`: set by this host itself, over TLS, for no other host (RFC 6265bis section 4.1.3.2). */
const COOKIE = '__Host-sluice-browser'
const VALUE = /^[A-Za-z0-9_-]{22}$/
const HOUR = 3600

/** A browser in which somebody signs in: what is sealed for it is of no use in another one. */
export interface Browser {
  readonly id: string
  /** `Set-Cookie`: kept for an hour from now. */
  readonly field: readonly [name: string, value: string]
}

/** The browser that a request comes from, if it is known. */
export const knownBrowser = (x: Exchange): string | undefined => cookie(x, COOKIE, VALUE)

/** The browser that a request comes from; one that is not known gets a name. */
export const browserOf = (x: Exchange): Browser => {
  const id = knownBrowser(x) ?? randomBytes(16).toString('base64url')
  return { id, field: ['set-cookie', setCookie(COOKIE, id, HOUR)] }
}

/** `Lax`: it comes with the redirect back from Entra, and with no form of another site. */
export const setCookie = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`

/** The value of a cookie, if it is of its form. */
export const cookie = ({ headers }: Exchange, name: string, form: RegExp): string | undefined => {
  const pair = headers.cookie?.split(/; */).find(text => text.startsWith(`${name}=`))
  const value = pair?.slice(name.length + 1)
  return value !== undefined && form.test(value) ? value : undefined
}
