import { type Credential, readCredential } from '@sluice/entra-credential'
import { ConfigFault, isLoopback, type PluginContext } from '@sluice/plugin-api'
import type { Client } from './clients/client.ts'
import { configuredClients } from './clients/configured-clients.ts'
import type { EntraOauthConfig } from './config.ts'
import { type Issuer, issuerOf } from './issuer.ts'
import { Resources } from './resources.ts'
import { redirectFault } from './redirect-uri.ts'
import { Scopes } from './scopes.ts'

/** An entry as the filter works with it. */
export interface Settings {
  readonly issuer: Issuer
  /** What people are told that they let the client use. */
  readonly server: string
  readonly tenant: { readonly authority: string; readonly tenant: string }
  readonly clientId: string
  readonly credential: Credential
  readonly scopes: Scopes
  readonly resources: Resources
  readonly clients: ReadonlyMap<string, Client>
  /** Hosts and whole URIs. */
  readonly allowedRedirects: ReadonlySet<string>
  readonly registers: { readonly dcr: boolean; readonly cimd: boolean }
  readonly prompt: EntraOauthConfig['prompt']
}

/** Reads an entry. @throws ConfigFault at the key that is in the wrong */
export const readSettings = (config: Readonly<EntraOauthConfig>, ctx: PluginContext): Settings => {
  const { registration, offlineAccess, prompt } = config
  const issuer = issuerOf(ctx)
  const clientId = config.clientId.toLowerCase()
  const clients = configuredClients(config.clients)
  const scopes = new Scopes(config.scopes, offlineAccess)
  if (clients.size === 0 && registration === 'off')
    throw new ConfigFault(['clients'], 'nobody could sign in: name clients, or set registration')
  return {
    issuer,
    server: ctx.entry.startsWith('global/')
      ? new URL(issuer.origin).host
      : ctx.route.publicUrl.replace(/^https?:\/\//, ''),
    tenant: { authority: readAuthority(config.authority), tenant: config.tenant.toLowerCase() },
    clientId,
    credential: readCredential(config.credential, {
      clientId,
      at: ['credential'],
      ctx,
      code: 'SLUICE_OAUTH_ENTRA_SETUP'
    }),
    scopes,
    // A global entry is one server for all routes of its origin.
    resources: new Resources(ctx.entry.startsWith('global/') ? issuer.origin : ctx.route.publicUrl, scopes.api),
    clients,
    allowedRedirects: allowedRedirects(config.redirectHosts),
    registers: { dcr: ['dcr', 'both'].includes(registration), cimd: ['cimd', 'both'].includes(registration) },
    prompt
  }
}

/** @throws ConfigFault for a whole URI that could not be a redirect URI */
const allowedRedirects = (entries: readonly string[]): ReadonlySet<string> => {
  for (const [i, entry] of entries.entries()) {
    const fault = entry.includes('/') ? redirectFault(entry, 'any') : undefined
    if (fault !== undefined) throw new ConfigFault(['redirectHosts', i], `${entry} ${fault}`)
  }
  return new Set(entries)
}

/** The gateway's secret and people's codes are sent there. */
const readAuthority = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (url === undefined || !safe)
    throw new ConfigFault(['authority'], 'must be https; plain http is only for loopback, where an emulator listens')
  if (url.href !== `${url.origin}/`)
    throw new ConfigFault(['authority'], `write ${url.origin}; the tenant has a key of its own`)
  return url.origin
}
