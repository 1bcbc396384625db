import { createHash } from 'node:crypto'
import type { Exchange, HeaderList } from '@sluice/plugin-api'
import { cookie, setCookie } from './browser.ts'
import type { Person } from './entra/person.ts'
import type { PendingRequest, RememberedConsent } from './seals.ts'
import type { Server } from './server.ts'

/** Each issuer of a host has its own: it cannot open those of the others, and would write over them. */
const cookieName = ({ settings }: Server): string => `__Host-sluice-consents-${shortDigest(settings.issuer.url)}`
const SECONDS = 90 * 86_400
/** A cookie holds 4096 bytes. */
const MAX = 12
/** Bytes of JSON. */
const MAX_HINT = 66
/** A client that is back so soon was not served: somebody else may have signed in, and gets to see the page. */
const SERVED_SECONDS = 300

/** A consent that was given before, and the cookie that says that it was made use of. */
export interface UsedConsent {
  readonly consent: RememberedConsent
  readonly field: HeaderList[number]
}

/**
 * Whether a consent may be remembered: on loopback, and behind a scheme of its own, any program of the machine can stand
 * where the one did that was meant (RFC 8252 section 8.6).
 */
export const isMemorable = (redirect: string): boolean => redirect.startsWith('https://')

/** The consent that the browser remembers for exactly this client, redirect URI, and all scopes there are. */
export const useConsent = (x: Exchange, request: PendingRequest, server: Server): UsedConsent | undefined => {
  if (!isMemorable(request.redirect)) return undefined
  const consents = remembered(x, server)
  const what = digestOf(request, server)
  const consent = consents.find(known => known.what === what)
  const now = secondsNow(server)
  if (consent === undefined || now - consent.used < SERVED_SECONDS) return undefined
  return { consent, field: field([...consents.filter(known => known !== consent), { ...consent, used: now }], server) }
}

/** The cookie with one consent more. */
export const rememberConsent = (
  x: Exchange,
  request: PendingRequest,
  { id, hint }: Person,
  server: Server
): HeaderList[number] => {
  const now = secondsNow(server)
  const what = digestOf(request, server)
  const others = remembered(x, server).filter(known => known.what !== what)
  const short = Buffer.byteLength(JSON.stringify(hint ?? '')) <= MAX_HINT ? hint : undefined
  return field([...others, { what, person: id, hint: short, until: now + SECONDS, used: 0 }].slice(-MAX), server)
}

const remembered = (x: Exchange, server: Server): readonly RememberedConsent[] => {
  const sealed = cookie(x, cookieName(server), /^[A-Za-z0-9_-]{1,4096}$/)
  const consents = sealed === undefined ? undefined : server.seals.open('consents', '', sealed)
  const now = secondsNow(server)
  return (consents ?? []).filter(({ until }) => now < until)
}

const field = (consents: readonly RememberedConsent[], server: Server): HeaderList[number] => [
  'set-cookie',
  setCookie(cookieName(server), server.seals.seal('consents', '', consents, SECONDS), SECONDS)
]

/** Of all that the page says: with the scopes that a token may carry, whatever the client asked for. */
const digestOf = ({ client, redirect, offline }: PendingRequest, { settings }: Server): string =>
  shortDigest(JSON.stringify([client, redirect, settings.scopes.supported, offline]))

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)

const secondsNow = ({ runtime }: Server): number => Math.floor(runtime.now() / 1000)
