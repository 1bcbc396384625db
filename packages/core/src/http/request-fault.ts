import type { IncomingMessage } from 'node:http'
import type { CoreCode } from '../codes.ts'
import type { RequestTarget } from './request-target.ts'

/** Why a request goes to no filter at all. */
export interface RequestFault {
  readonly code: CoreCode
  readonly reason?: string
}

/** node:http silently forgets fields after the thousandth: ours, written behind the client's, at an upstream that runs on it. */
const MOST_FIELDS = 200

/** What is wrong with a request that node:http let pass: two servers could read it differently. */
export const requestFault = (
  req: IncomingMessage,
  target: RequestTarget | undefined,
  host: string | undefined
): RequestFault | undefined => {
  if (target === undefined) return { code: 'SLUICE_REQUEST_TARGET' }
  if (req.rawHeaders.length > 2 * MOST_FIELDS) {
    return { code: 'SLUICE_REQUEST_HEADERS_TOO_LARGE', reason: `The request has more than ${MOST_FIELDS} fields` }
  }
  const repeated = repeatedField(req.rawHeaders)
  if (repeated !== undefined) {
    return { code: 'SLUICE_REQUEST_FIELD_REPEATED', reason: `The field ${repeated} stands twice` }
  }
  if (hasFaultyFraming(req)) return { code: 'SLUICE_REQUEST_MALFORMED' }
  if (host === undefined) return { code: 'SLUICE_REQUEST_HOST' }
  return wantsOtherProtocol(req) ? { code: 'SLUICE_UPGRADE_UNSUPPORTED' } : undefined
}

/**
 * Whether the client asks for a protocol that is not HTTP. `h2c` is only an offer, which common clients make with every
 * ordinary request, and HTTP/1.0 knows no upgrade: both are to be overlooked (RFC 9110 section 7.8).
 */
const wantsOtherProtocol = (req: IncomingMessage): boolean => {
  const { upgrade } = req.headers
  return upgrade !== undefined && req.httpVersionMinor > 0 && upgrade.toLowerCase() !== 'h2c'
}

/**
 * Whether nobody knows where the message ends, or what its body means. HTTP/0.9 has no fields, HTTP/1.0 no transfer codings
 * (RFC 9112 section 6.1); of those, node:http takes off `chunked` and would have every other one forgotten.
 */
const hasFaultyFraming = ({ httpVersionMajor, httpVersionMinor, headers }: IncomingMessage): boolean => {
  if (httpVersionMajor !== 1) return true
  const coding = headers['transfer-encoding']
  return coding !== undefined && (httpVersionMinor === 0 || coding.toLowerCase() !== 'chunked')
}

/** Fields of which one message has one (RFC 9110 section 5.3): with two, filters and the upstream could each believe another. */
const SINGLE: Readonly<Record<number, string>> = { 4: 'host', 6: 'origin', 12: 'content-type', 14: 'mcp-session-id' }

/** The first field that stands twice though it may not, in lower case. */
const repeatedField = (rawHeaders: readonly string[]): string | undefined => {
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
