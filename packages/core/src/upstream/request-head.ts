import type { RequestHead } from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'
import { HeaderLines } from '../http/header-lines.ts'
import { asServersRead, FieldNames } from '../http/field-names.ts'
import { connectionOptions, HOP_BY_HOP } from '../http/hop-by-hop.ts'
import { writeForwarded } from './forwarded.ts'
import type { PublicOrigin } from './public-origin.ts'
import type { Upstream } from './upstream.ts'

/**
 * Fields of the client's that never go on: its credentials (MCP forbids token passthrough), those that this gateway
 * writes itself or that say who the client is, those of the message's framing, and those by which some frameworks serve
 * another path or method than the filters judged.
 */
const NEVER = new FieldNames([
  ...HOP_BY_HOP,
  'authorization',
  'client-ip',
  'content-length',
  'forwarded',
  'host',
  'true-client-ip'
])
/** The same among the names that begin with an x; those with a prefix are the gateway's to write. */
const NEVER_X =
  /^x-(?:(?:forwarded|sluice)-|(?:client-ip|cluster-client-ip|forwarded|http-method|http-method-override|method-override|original-url|real-ip|request-id|rewrite-url)$)/

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
    if (neverPasses(name) || named?.has(name.toLowerCase()) === true) continue
    if (!cookies && name.length === 6 && asServersRead(name.toLowerCase()) === 'cookie') continue
    lines.push(name, rawHeaders[i + 1]!)
  }
  return lines
}

/** Whether a name is one of those, as servers read it: which changes neither its length nor its first letter. */
const neverPasses = (name: string): boolean => {
  if ((name.charCodeAt(0) | 32) === LETTER_X) return NEVER_X.test(asServersRead(name.toLowerCase()))
  return NEVER.hasAsServersRead(name)
}
const LETTER_X = 120
