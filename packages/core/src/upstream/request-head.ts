import type { RequestHead } from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'
import { HeaderLines } from '../http/header-lines.ts'
import { connectionOptions, isHopByHop } from '../http/hop-by-hop.ts'
import { writeForwarded } from './forwarded.ts'
import type { PublicOrigin } from './public-origin.ts'
import type { Upstream } from './upstream.ts'

/**
 * Fields of the client's that never go on: its credentials (MCP forbids token passthrough), those that this gateway
 * writes itself or that say who the client is, those of the message's framing, and those by which some frameworks serve
 * another path or method than the filters judged.
 */
const NEVER = new Set([
  'authorization',
  'client-ip',
  'content-length',
  'forwarded',
  'host',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-forwarded',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-real-ip',
  'x-request-id',
  'x-rewrite-url'
])
/** Names that begin like this are the gateway's to write. */
const NEVER_PREFIX = /^x-(?:forwarded|sluice)-/

/** The head that goes to the upstream, while filters may change it. */
export class ForwardedHead extends HeaderLines implements RequestHead {
  readonly method: string
  readonly path: string

  constructor(x: LiveExchange, upstream: Upstream, publicOrigin: PublicOrigin) {
    super(endToEnd(x.rawHeaders, upstream.cookies))
    this.method = x.method
    this.path = upstream.target(x.path, x.query)
    writeForwarded(this.lines, x, publicOrigin)
    this.lines.push('x-request-id', x.id, 'via', `${x.req.httpVersion} sluice`)
  }
}

/** The client's fields that may pass, as they were written. */
const endToEnd = (rawHeaders: readonly string[], cookies: boolean): string[] => {
  const named = connectionOptions(rawHeaders)
  const lines: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    const read = asServersRead(name.toLowerCase())
    if (isHopByHop(read) || isGatewayOwn(read) || named?.has(name.toLowerCase()) === true) continue
    if (!cookies && read === 'cookie') continue
    lines.push(name, rawHeaders[i + 1]!)
  }
  return lines
}

/** CGI-like servers read `_`, and some any sign, as `-`: a name that only differs by it is the same name to them. */
const asServersRead = (lower: string): string => (PLAIN.test(lower) ? lower : lower.replaceAll(/[^a-z0-9-]/g, '-'))
const PLAIN = /^[a-z0-9-]+$/

const isGatewayOwn = (name: string): boolean =>
  NEVER.has(name) || (name.charCodeAt(0) === 120 && NEVER_PREFIX.test(name))
