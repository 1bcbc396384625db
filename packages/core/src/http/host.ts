import type { IncomingMessage } from 'node:http'

/** RFC 9110 section 7.2: a name or an address, and a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i

/** One that is as it should be already, as nearly all are. */
const PLAIN_HOST = /^[a-z0-9._-]*[a-z0-9_-](?::\d+)?$/

/**
 * The host that a request is for, in lower case and without a final dot, with its port if it has one: of an absolute-form
 * target, else of the Host field (RFC 9112 section 3.2). `undefined` if there is none that is well-formed, which only
 * HTTP/1.0 may do.
 */
export const requestHost = (req: IncomingMessage, authority: string | undefined): string | undefined => {
  const { host = '' } = req.headers
  // HTTP/1.1 must have the field, whatever the target says.
  if (host === '' && req.httpVersionMinor > 0) return undefined
  const named = authority ?? host
  if (PLAIN_HOST.test(named)) return named
  if (!HOST.test(named)) return named === '' ? '' : undefined
  const plain = named.toLowerCase().replace(/\.(?=:|$)/, '')
  return plain === '' || plain.startsWith(':') ? undefined : plain
}
