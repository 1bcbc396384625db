import type { ResponseHead } from '@sluice/plugin-api'

/** What MCP clients read of an answer, and a page could not without being told so. */
const EXPOSED = [
  'Mcp-Protocol-Version',
  'Mcp-Session-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
  'X-Sluice-Error'
].join(', ')

/** What an upstream may say of other origins: the CORS protocol's fields, those of Private Network Access, and who may measure. */
const CROSS_ORIGIN_PREFIXES = ['access-control-', 'private-network-access-', 'timing-allow-origin']

/** Takes out what an upstream says of other origins: it knows neither the gateway's origins nor its challenges. */
export function removeUpstreamCors(head: ResponseHead): void {
  for (const prefix of CROSS_ORIGIN_PREFIXES) head.deletePrefix(prefix)
}

/** Lets pages of one origin read the answer. Never with credentials: a token is what lets a caller in, not a cookie. */
export function allowOrigin(head: ResponseHead, origin: string): void {
  head.set('access-control-allow-origin', origin)
  head.set('access-control-expose-headers', EXPOSED)
}

/** Lets every page read the answer. */
export function allowEveryOrigin(head: ResponseHead): void {
  head.set('access-control-allow-origin', '*')
}
