import type { IncomingMessage } from 'node:http'
import type { CoreCode } from '../codes.ts'
import type { RequestTarget } from './request-target.ts'

/** Why a request goes to no filter at all. */
export interface RequestFault {
  readonly code: CoreCode
  readonly reason?: string
}

/** Older versions of node:http silently forget fields after the thousandth, and ours are written behind the client's. */
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
  if (namesTwoHosts(req, target)) {
    return { code: 'SLUICE_REQUEST_HOST', reason: 'The request target and the Host field name two hosts' }
  }
  return wantsOtherProtocol(req) ? { code: 'SLUICE_UPGRADE_UNSUPPORTED' } : undefined
}

/**
 * Whether the client asks for a protocol that is not HTTP. HTTP/1.0 knows no upgrade, and `Connection` must name the
 * field: else it is to be overlooked (RFC 9110 section 7.8).
 */
const wantsOtherProtocol = (req: IncomingMessage): boolean => {
  const { upgrade, connection } = req.headers
  if (upgrade === undefined || req.httpVersionMinor === 0 || !namesUpgrade(connection)) return false
  return !upgrade.split(',').every(protocol => MERE_OFFER.test(protocol.trim()))
}

/** What common clients offer with every ordinary request: Java's HttpClient HTTP/2, Apache's TLS. An empty field, too. */
const MERE_OFFER = /^(?:h2c|tls\/1\.\d)?$/i

const namesUpgrade = (connection = ''): boolean =>
  connection.split(',').some(option => option.trim().toLowerCase() === 'upgrade')

/** RFC 9112 section 3.2.2 believes the target; a filter or the upstream could believe the field. */
const namesTwoHosts = ({ headers }: IncomingMessage, { authority }: RequestTarget): boolean =>
  authority !== undefined && headers.host !== undefined && authority.toLowerCase() !== headers.host.toLowerCase()

/**
 * Whether nobody knows where the message ends, or what its body means. HTTP/0.9 has no fields, HTTP/1.0 no transfer codings
 * (RFC 9112 section 6.1). A coding beside `chunked` is not taken off here, and the coded bytes would pass for the content.
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
