import type { JwtEntraConfig } from './config.ts'
import { parseDuration } from './duration.ts'
import { isGuid } from './guid.ts'
import { isLoopback } from './loopback.ts'

const maxSkewMs = 5 * 60_000
const minStaleMs = 60_000

/** Everything that a verdict about a token depends on, in one spelling: equal settings, equal JSON. */
export interface Settings {
  /** An origin. */
  readonly authority: string
  /** Lower case, sorted. */
  readonly tenants: readonly string[]
  /** Every accepted spelling, sorted. */
  readonly audiences: readonly string[]
  /** Lower case, sorted; null for any. */
  readonly clients: readonly string[] | null
  readonly clockSkewMs: number
  readonly maxStaleMs: number
  readonly deviceBound: 'refuse' | 'allow'
  readonly cacheMax: number
}

/**
 * Reads a configuration once, with its defaults.
 *
 * @throws Error where it could only lead to a gateway that is unsafe or refuses everybody.
 */
export function readSettings(config: Readonly<JwtEntraConfig>): Settings {
  const clockSkewMs = parseDuration('clockSkew', config.clockSkew ?? '60s')
  if (clockSkewMs > maxSkewMs)
    throw new Error('clockSkew: more than 5m keeps expired tokens alive; set the clocks right')
  const maxStaleMs = parseDuration('maxStale', config.maxStale ?? '24h')
  if (maxStaleMs < minStaleMs) throw new Error('maxStale: less than 1m would refuse everybody between two refreshes')
  return {
    authority: readAuthority(config.authority ?? 'https://login.microsoftonline.com'),
    tenants: readTenants(config.tenant),
    audiences: unique(config.audiences.flatMap(audience => audienceSpellings(audience))),
    clients: config.clients === undefined ? null : unique(config.clients.map(id => id.toLowerCase())),
    clockSkewMs,
    maxStaleMs,
    deviceBound: config.deviceBound ?? 'refuse',
    cacheMax: config.cache?.max ?? 10_000
  }
}

function readTenants(tenant: string | readonly string[]): readonly string[] {
  const tenants = unique((typeof tenant === 'string' ? [tenant] : tenant).map(id => id.toLowerCase()))
  const bad = tenants.find(id => !isGuid(id))
  if (bad === undefined && tenants.length > 0) return tenants
  throw new Error(`tenant: ${bad ?? 'an empty list'} names no tenant; write its directory (tenant) id, a GUID`)
}

/** @throws Error for what no token of Entra carries: it would refuse everybody. Tokens carry identifier URIs with or without a trailing slash, and GUIDs in lower case. */
function audienceSpellings(audience: string): string[] {
  const clientId: boolean = isGuid(audience)
  if (clientId) return [audience.toLowerCase()]
  if (!URL.canParse(audience)) {
    throw new Error(`audiences: ${audience} is neither a client id, which is a GUID, nor an identifier URI`)
  }
  const bare = audience.endsWith('/') ? audience.slice(0, -1) : audience
  return [bare, `${bare}/`]
}

function readAuthority(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw new Error(`authority: ${text} is not a URL; write https://login.microsoftonline.com`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new Error('authority: must be https; plain http is only for loopback, where an emulator listens')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Error('authority: must have no user, query or fragment')
  }
  if (url.pathname !== '/') {
    throw new Error(`authority: leave the path ${url.pathname} out; the tenant has a key of its own`)
  }
  return url.origin
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted()
