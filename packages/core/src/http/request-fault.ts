import type { IncomingMessage } from 'node:http'
import type { CoreCode } from '../codes.ts'
import type { RequestTarget } from './request-target.ts'

/** Why a request goes to no filter at all. */
export interface RequestFault {
  readonly code: CoreCode
  readonly reason?: string
}

/** What is wrong with a request that node:http let pass: two servers could read it differently. */
export const requestFault = (
  req: IncomingMessage,
  target: RequestTarget | undefined,
  host: string | undefined
): RequestFault | undefined => {
  if (target === undefined) return { code: 'SLUICE_REQUEST_TARGET' }
  const repeated = repeatedField(req.rawHeaders)
  if (repeated !== undefined) {
    return { code: 'SLUICE_REQUEST_FIELD_REPEATED', reason: `The field ${repeated} stands twice` }
  }
  if (host === undefined) return { code: 'SLUICE_REQUEST_HOST' }
  if (hasFaultyFraming(req)) return { code: 'SLUICE_REQUEST_MALFORMED' }
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

/** Where HTTP/1.0 meets a transfer coding, nobody knows where the body ends (RFC 9112 section 6.1). */
const hasFaultyFraming = (req: IncomingMessage): boolean =>
  req.httpVersionMinor === 0 && req.headers['transfer-encoding'] !== undefined

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
