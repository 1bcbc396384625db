import { ConfigFault } from '@sluice/plugin-api'
import type { JwtEntraConfig } from '../config.ts'
import { isHttpsOrLoopback } from '../safe-url.ts'
import { slashSpellings, sortedSet } from '../spellings.ts'
import { isGuid } from './guid.ts'

/** Whose tokens of Entra are accepted, and which. */
export interface EntraSettings {
  readonly provider: 'entra'
  /** An origin. */
  readonly authority: string
  /** Lower case, sorted. */
  readonly tenants: readonly string[]
  /** Every accepted spelling, sorted. */
  readonly audiences: readonly string[]
  /** Lower case, sorted; null for any. */
  readonly clients: readonly string[] | null
  readonly deviceBound: 'refuse' | 'allow'
}

/** @throws ConfigFault for what no token of Entra can fulfil, and for an authority that is not safe to ask. */
export const readEntraSettings = (config: Readonly<JwtEntraConfig>): EntraSettings => ({
  provider: 'entra',
  authority: readAuthority(config.authority ?? 'https://login.microsoftonline.com'),
  tenants: readTenants(config),
  audiences: sortedSet(config.audiences.flatMap(audienceSpellings)),
  clients: config.clients === undefined ? null : sortedSet(config.clients.map(readClient)),
  deviceBound: config.deviceBound ?? 'refuse'
})

function readTenants({ tenant = [], tenants: allowed }: Readonly<JwtEntraConfig>): readonly string[] {
  if (tenant !== 'organizations') {
    if (allowed === undefined) return readIds(tenant, 'tenant')
    throw new ConfigFault(['tenants'], 'belongs to tenant: organizations; write all of them under tenant')
  }
  if (allowed === undefined) {
    throw new ConfigFault(['tenant'], 'anybody can make an organization; name those that are accepted under tenants')
  }
  return readIds(allowed, 'tenants')
}

function readIds(tenant: string | readonly string[], key: 'tenant' | 'tenants'): readonly string[] {
  const tenants = [tenant].flat()
  const bad = tenants.findIndex(id => !isGuid(id))
  if (bad < 0 && tenants.length > 0) return sortedSet(tenants.map(id => id.toLowerCase()))
  const path = typeof tenant === 'string' || bad < 0 ? [key] : [key, bad]
  throw new ConfigFault(
    path,
    `${tenants[bad] ?? 'an empty list'} names no tenant; write its directory (tenant) id, a GUID`
  )
}

/** Tokens carry identifier URIs with or without a trailing slash, and GUIDs in lower case. Anything else would refuse everybody. */
function audienceSpellings(audience: string, index: number): readonly string[] {
  const clientId: boolean = isGuid(audience)
  if (clientId) return [audience.toLowerCase()]
  if (URL.canParse(audience)) return slashSpellings(audience)
  throw new ConfigFault(
    ['audiences', index],
    `${audience} is neither a client id, which is a GUID, nor an identifier URI`
  )
}

function readClient(id: string, index: number): string {
  if (isGuid(id)) return id.toLowerCase()
  throw new ConfigFault(['clients', index], 'a client id of Entra is a GUID; write the Application (client) ID')
}

const authorityFault = (message: string) => new ConfigFault(['authority'], message)

function readAuthority(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw authorityFault(`${text} is not a URL; write https://login.microsoftonline.com`)
  if (!isHttpsOrLoopback(url))
    throw authorityFault('must be https; plain http is only for loopback, where an emulator listens')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw authorityFault('must have no user, query or fragment')
  }
  if (url.pathname !== '/') throw authorityFault(`leave the path ${url.pathname} out; the tenant has a key of its own`)
  return url.origin
}
