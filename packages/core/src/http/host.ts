import type { IncomingMessage } from 'node:http'

/** RFC 9110 section 7.2: a name or an address, and a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i

/**
 * The host that a request is for, in lower case and without a final dot, with its port if it has one: of an absolute-form
 * target, else of the Host field (RFC 9112 section 3.2). `undefined` if there is none that is well-formed, which only
 * HTTP/1.0 may do.
 */
export const requestHost = (req: IncomingMessage, authority: string | undefined): string | undefined => {
  const { host = '' } = req.headers
  if (host === '') {
    if (req.httpVersionMinor > 0) return undefined
    return authority === undefined ? '' : plainHost(authority)
  }
  const plain = plainHost(host)
  // A sender must not let the two differ (RFC 9112 section 3.2): whoever reads one of them would be deceived.
  return authority === undefined || plainHost(authority) === plain ? plain : undefined
}

const plainHost = (host: string): string | undefined => {
  if (!HOST.test(host)) return undefined
  const plain = host.toLowerCase().replace(/\.(?=:|$)/, '')
  return plain === '' || plain.startsWith(':') ? undefined : plain
}
