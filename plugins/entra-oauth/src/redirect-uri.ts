/** `http` on this machine: what RFC 8252 section 7.3 lets have any port, and `localhost`, which clients use all the same. */
const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?=[/?]|$)/
const MAX_LENGTH = 1000
/** What a browser would run or show instead of leaving for an application. */
const NEVER = new Set([
  'http:',
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'view-source:',
  'ws:',
  'wss:',
  'ftp:'
])

/** Whether a redirect leads to a program on the person's own machine: whichever listens there. */
export const isLoopbackRedirect = (uri: string): boolean => LOOPBACK.test(uri)

/** Whether a redirect URI is a registered one: byte for byte, but for the port of a loopback address. */
export const matchesRedirect = (registered: string, requested: string): boolean =>
  registered === requested ||
  (LOOPBACK.test(registered) &&
    LOOPBACK.test(requested) &&
    URL.canParse(requested) &&
    registered.replace(LOOPBACK, '$1') === requested.replace(LOOPBACK, '$1'))

/**
 * What is wrong with a redirect URI that is to be registered; `undefined` if it may be.
 *
 * @param allowed Where `https` may lead, hosts and whole URIs; `any`, and an application's own scheme, too, for what the
 *   operator writes.
 */
export const redirectFault = (uri: string, allowed: ReadonlySet<string> | 'any'): string | undefined => {
  // One spelling: what two parsers could read differently is not compared at all.
  if (uri.length > MAX_LENGTH || !/^[!-~]+$/.test(uri) || /[\\#"<>]/.test(uri)) return 'is not a redirect URI'
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url === undefined || url.username !== '' || url.password !== '') return 'is not a redirect URI'
  if (url.href !== uri && url.href !== `${uri}/`) return `must be written as ${url.href}`
  if (isLoopbackRedirect(uri)) return undefined
  if (url.protocol === 'https:') {
    if (allowed === 'any' || allowed.has(url.host) || allowed.has(uri)) return undefined
    return `leads to ${url.host}, which is not in redirectHosts, or not with this path`
  }
  if (allowed === 'any' && !NEVER.has(url.protocol)) return undefined
  return 'must be https, or http on loopback'
}

/** What people are shown first of it. */
export const redirectHost = (uri: string): string => {
  const { host, hostname, protocol } = new URL(uri)
  if (protocol === 'https:') return host
  return protocol === 'http:' ? `this computer (${hostname})` : `the application of ${protocol}//`
}

/** Adds parameters, without writing the rest of it anew. */
export const withParameters = (uri: string, parameters: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given).toString()}`
}
