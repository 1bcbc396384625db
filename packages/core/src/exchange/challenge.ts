import type { Challenge, RouteInfo } from '@sluice/plugin-api'

/**
 * Writes a challenge as one `WWW-Authenticate` value (RFC 9110 sections 5.6.4 and 11.6.1): parameters as quoted strings
 * in their order, the scopes last, in request form. A challenge without any parameter gets a `realm`, because RFC 6750
 * section 3 wants at least one, and MCP clients overlook a bare `Bearer`.
 */
export const formatChallenge = (challenge: Challenge, route: RouteInfo): string => {
  const params = new Map(challenge.params)
  const { scopes, qualify } = challenge
  if (scopes !== undefined && scopes.length > 0) {
    params.set('scope', (qualify === undefined ? scopes : scopes.map(scope => qualify(scope))).join(' '))
  }
  if (params.size === 0) params.set('realm', route.publicUrl)
  return `${challenge.scheme} ${Array.from(params, ([name, value]) => `${name}="${quotable(value)}"`).join(', ')}`
}

/** Escapes what a quoted string must escape, and drops what it cannot hold (RFC 9110 section 5.6.4). */
const quotable = (value: string): string =>
  value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').replaceAll(/["\\]/g, '\\$&')
