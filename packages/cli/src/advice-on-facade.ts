import type { EntrySettings, Finding } from '@sluice/core'
import type { GuardedRoute } from './guarded-route.ts'

/**
 * What entra-oauth cannot see by itself: whether clients are led to it, whose tokens pass, what stands in front, and what
 * else answers on its host.
 *
 * @param routes All of the gateway, in their order
 */
export const adviceOnFacade = (route: GuardedRoute, routes: readonly GuardedRoute[]): Finding[] => {
  const facade = route.entry('entra-oauth')
  if (facade === undefined) return []
  return [
    ...unadvertised(route, facade),
    ...ungiven(route),
    ...foreignTokens(route, facade),
    ...ownClient(route, facade),
    ...unlimited(route, facade),
    ...openNeighbours(route, routes)
  ]
}

/** The rule of the plugin: below `/oauth`, with the path of the route unless the entry is global. */
const issuerOf = ({ path, publicUrl }: GuardedRoute, { identity }: EntrySettings): string => {
  const own = identity.startsWith('global/') || path === '/' ? '' : path.replace(/\/+$/, '')
  return `${new URL(publicUrl).origin}/oauth${own}`
}

const unadvertised = (route: GuardedRoute, facade: EntrySettings): Finding[] => {
  const prm = route.entry('prm')
  const issuer = issuerOf(route, facade)
  if (prm === undefined || route.list('prm', 'authorizationServers')[0] === issuer) return []
  const key = ['tenant', 'authorizationServers'].find(name => route.list('prm', name).length > 0)
  const message = `clients are not led to sign in at ${issuer}, where entra-oauth stands in front of Entra`
  const path = key === undefined ? prm.path : [...prm.path, key]
  return [{ path, atKey: true, message, advice: `Write authorizationServers: [${issuer}].` }]
}

const ungiven = (route: GuardedRoute): Finding[] => {
  const given = route.list('entra-oauth', 'scopes')
  return route.list('prm', 'scopesSupported').flatMap((scope, i) => {
    if (given.includes(scope)) return []
    const message = `clients ask for "${scope}", which entra-oauth does not give (invalid_scope)`
    const path = [...route.entry('prm')!.path, 'scopesSupported', i]
    return [{ path, message, advice: 'Add it to scopes of entra-oauth, or take it out here.' }]
  })
}

const foreignTokens = (route: GuardedRoute, facade: EntrySettings): Finding[] => {
  const [tenant = ''] = route.list('entra-oauth', 'tenant').map(id => id.toLowerCase())
  if (route.entry('jwt-entra') === undefined) return []
  if (route.tenants.some(id => id.toLowerCase() === tenant)) return []
  const message = `people are sent to sign in at tenant ${tenant}, whose tokens jwt-entra does not accept`
  return [{ path: [...facade.path, 'tenant'], message, advice: 'Name the same tenant in both.' }]
}

const ownClient = (route: GuardedRoute, facade: EntrySettings): Finding[] => {
  const [clientId = ''] = route.list('entra-oauth', 'clientId').map(id => id.toLowerCase())
  if (!route.list('jwt-entra', 'audiences').some(audience => audience.toLowerCase() === clientId)) return []
  const message = `${clientId} is an audience of jwt-entra, too: gateway and API are one registration, which Entra refuses (AADSTS90009)`
  const advice = 'Give the gateway a registration of its own.'
  return [{ path: [...facade.path, 'clientId'], message, advice }]
}

/** Its endpoints answer whoever asks, and some of them ask Entra. */
const unlimited = (route: GuardedRoute, facade: EntrySettings): Finding[] => {
  const inFront = route.chain.slice(0, route.chain.indexOf(facade))
  if (inFront.some(({ plugin, config }) => plugin.name === 'rate-limit' && (config as { by?: string }).by === 'ip'))
    return []
  const message = 'nothing limits how often an address may register clients and ask for tokens'
  const advice = 'Put rate-limit with by: ip in front, among the global filters.'
  return [{ path: facade.path, atKey: true, message, advice }]
}

/** What answers from the origin of the consent page without a token could read that page, and send its form. */
const openNeighbours = (route: GuardedRoute, routes: readonly GuardedRoute[]): Finding[] => {
  const { origin } = new URL(route.publicUrl)
  return routes.flatMap((other, i) => {
    if (other.asksForToken || (other.host !== undefined && new URL(other.publicUrl).origin !== origin)) return []
    const message = `"${other.name}" is reached without a token at ${origin}, where people allow clients (entra-oauth): what it answers could press Allow for them`
    const advice = 'Add jwt-entra to it, or give one of the two a host of its own (host and publicUrl).'
    return [{ path: ['routes', i], message, advice }]
  })
}
