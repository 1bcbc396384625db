import { api, apiUri, otherTenant, tenant } from '../../plugins/jwt-entra/test/tokens.ts'
import { HOST } from './requests.ts'

/** Keys of the configuration beside its routes. It listens everywhere, as behind a load balancer: no loopback page may call. */
export const globalKeys = {
  publicUrl: `https://${HOST}`,
  listen: { host: '0.0.0.0', port: 0 },
  admin: { port: 0 },
  shutdown: { grace: '0s' }
}

/** A route to the upstream, to the path of the same name there. */
export const route = (name: string, upstream: string, filters: readonly object[], keys: object = {}): object => ({
  name,
  path: `/${name}`,
  upstream: `${upstream}/${name}`,
  filters,
  ...keys
})

/** The routes of every target. */
export const routes = (upstream: string, authority: string): readonly object[] => {
  const jwt = (keys: object = {}) => ({ 'jwt-entra': { tenant, authority, audiences: [api, apiUri], ...keys } })
  const scope = { scope: { required: ['mcp_access'] } }
  const prm = { prm: { tenant, authority, scopesSupported: [`https://${HOST}/mcp/mcp_access`] } }
  return [
    route('mcp', upstream, [prm, jwt(), scope]),
    route('other', upstream, [jwt({ audiences: [otherTenant] })]),
    route('optional', upstream, [jwt({ mode: 'optional' })]),
    route('optional-scope', upstream, [jwt({ mode: 'optional' }), scope]),
    route('open', upstream, []),
    route('tree', upstream, [], { path: '/tree/*' }),
    route('admin', upstream, [jwt()], { path: '/tree/admin', upstream: `${upstream}/tree/admin` }),
    route('hosted', upstream, [jwt()], { host: 'own.contoso.example', publicUrl: 'https://own.contoso.example' })
  ]
}
