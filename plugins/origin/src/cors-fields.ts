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

/** Every field of the CORS protocol in answers. */
const CORS_FIELDS = [
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-allow-private-network',
  'access-control-expose-headers',
  'access-control-max-age'
]

/** Takes out what an upstream says of CORS: it knows neither the gateway's origins nor its challenges. */
export function removeUpstreamCors(head: ResponseHead): void {
  for (const field of CORS_FIELDS) head.delete(field)
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
