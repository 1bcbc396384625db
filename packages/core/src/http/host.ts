import type { IncomingMessage } from 'node:http'

/** RFC 9110 section 7.2: a name or an address, and a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i

/** Fields of which one message has one (RFC 9110 section 5.3): with two, filters and the upstream could each believe another. */
const SINGLE: Readonly<Record<number, string>> = { 4: 'host', 6: 'origin', 12: 'content-type', 14: 'mcp-session-id' }

/** The first field that stands twice though it may not, in lower case. */
export const repeatedField = (rawHeaders: readonly string[]): string | undefined => {
  let seen = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    const single = SINGLE[name.length]
    if (single === undefined || name.toLowerCase() !== single) continue
    if ((seen & (1 << name.length)) !== 0) return single
    seen |= 1 << name.length
  }
  return undefined
}

/**
 * The host that a request is for, in lower case and without a final dot, with its port if it has one: of an absolute-form
 * target, else of the Host field (RFC 9112 section 3.2). `undefined` if there is none that is well-formed, which only
 * HTTP/1.0 may do.
 */
export const requestHost = (req: IncomingMessage, authority: string | undefined): string | undefined => {
  const host = authority ?? req.headers.host ?? ''
  if (!HOST.test(host)) return host === '' && req.httpVersionMinor === 0 ? '' : undefined
  return host.toLowerCase().replace(/\.(?=:|$)/, '')
}
