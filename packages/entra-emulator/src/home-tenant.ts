import type { Tenant } from './directory/tenant.ts'
import type { Emulation } from './emulation.ts'
import { EntraError } from './entra-error.ts'
import type { Received } from './http/received.ts'

/**
 * Finds the tenant whose people sign in, where the request names many, by `common` or `organizations`: that of the code or
 * the refresh token, that of the person who is hinted at or signed in without asking, else the first that knows the client.
 *
 * @throws EntraError 700016 for an unknown client, 50194 for one of a single tenant.
 */
export const findHomeTenant = (emulation: Emulation, name: string, { query, body }: Received): Tenant => {
  const [asked, form] = [new URLSearchParams(query), new URLSearchParams(body)]
  const parameter = (key: string): string => asked.get(key) ?? form.get(key) ?? ''
  const clientId = parameter('client_id')
  const tenants = emulation.tenants.filter(tenant => tenant.findClient(clientId) !== undefined)
  const client = tenants[0]?.findClient(clientId)
  if (tenants[0] === undefined || client === undefined) throw new EntraError(700016, clientId, name)
  if (client.signInAudience !== 'AzureADMultipleOrgs') throw new EntraError(50194, client.clientId, client.displayName)
  const issued =
    emulation.codes.find(parameter('code'))?.value.request.tenant ??
    emulation.refreshTokens.find(parameter('refresh_token'))?.value.tenant
  const person = emulation.automatic && parameter('login_hint') !== '' ? parameter('login_hint') : emulation.autoSignIn
  const home = tenants.find(tenant => person !== undefined && tenant.findSigningIn(person) !== undefined)
  return issued ?? home ?? tenants[0]
}
