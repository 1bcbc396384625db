import { chainEntries, type ConfigIssue, type Finding, issueOf, type LoadedConfig } from '@sluice/core'
import { adviceOnFacade } from './advice-on-facade.ts'
import { GuardedRoute } from './guarded-route.ts'

/**
 * What is no error and will hurt all the same: what one filter cannot know of another, or one route of another. Entra's
 * error codes name what clients would get.
 */
export const adviceOn = ({ settings, source }: LoadedConfig): readonly ConfigIssue[] => {
  const routes = settings.routes.map(route => new GuardedRoute(route, chainEntries(settings, route.filters)))
  const doors = new Map<string, number>()
  const findings = routes.flatMap((route, i) => [
    ...openRoute(route, i),
    ...withoutMetadata(route),
    ...nobodyToRevoke(route),
    ...scopesWithoutRequestForm(route),
    ...foreignTenant(route),
    ...foreignIssuer(route),
    ...adviceOnFacade(route, routes),
    ...sameDoor(route, i, routes, doors)
  ])
  // What a global filter has to say is the same for every route.
  const once = new Map(findings.map(finding => [JSON.stringify(finding), finding]))
  return Array.from(once.values(), finding => issueOf(source, finding))
}

const openRoute = (route: GuardedRoute, index: number): Finding[] => {
  const { provider } = route
  const optional = provider !== undefined && route.list(provider.plugin.name, 'mode').includes('optional')
  // With an optional token it is the filters behind that refuse, if there are any that look.
  const asked = route.chain.some(
    ({ plugin, config }) => plugin.requires?.(config as object).includes('principal') === true
  )
  if (provider !== undefined && (!optional || asked)) return []
  const message = 'nothing in its filters finds out who is calling, so anyone may'
  return [{ path: ['routes', index], message, advice: 'Add jwt-entra, unless that is what you want.' }]
}

/** A 401 without `resource_metadata` (RFC 9728 section 5.1) leads no MCP client to a sign-in. */
const withoutMetadata = (route: GuardedRoute): Finding[] => {
  const signIn = route.entry('jwt-entra')
  if (signIn === undefined || route.entry('prm') !== undefined) return []
  const message = 'clients cannot find out where to sign in: nothing tells them'
  return [{ path: signIn.path, atKey: true, message, advice: 'Add prm to the filters of the route.' }]
}

const nobodyToRevoke = (route: GuardedRoute): Finding[] => {
  const revocation = route.entry('revocation')
  if (revocation === undefined || route.provider !== undefined) return []
  const message = `nobody is revoked on the route "${route.name}": nothing in its filters finds out who is calling`
  return [{ path: revocation.path, atKey: true, message, advice: 'Add jwt-entra to the filters of the route.' }]
}

const scopesWithoutRequestForm = (route: GuardedRoute): Finding[] => {
  const scope = route.entry('scope')
  const supported = route.list('prm', 'scopesSupported')
  // Other providers know the bare name, as tokens carry it.
  if (scope === undefined || route.entry('prm') === undefined || route.list('jwt-entra', 'issuer').length > 0) return []
  return route
    .list('scope', 'required')
    .filter(name => !supported.some(full => full.endsWith(`/${name}`)))
    .map(name => ({
      path: scope.path,
      atKey: true,
      message: `clients will ask for the bare scope "${name}", which Entra looks for in Microsoft Graph (AADSTS650053)`,
      advice: `Add <identifier URI>/${name} to scopesSupported of prm.`
    }))
}

const foreignTenant = (route: GuardedRoute): Finding[] => {
  const accepted = route.tenants.map(id => id.toLowerCase())
  const prm = route.entry('prm')
  const [named] = route.list('prm', 'tenant')
  if (prm === undefined || named === undefined || accepted.length === 0 || accepted.includes(named.toLowerCase()))
    return []
  const message = `people are sent to sign in at tenant ${named}, whose tokens jwt-entra does not accept`
  return [{ path: [...prm.path, 'tenant'], message, advice: `Name one of ${accepted.join(', ')}.` }]
}

const foreignIssuer = (route: GuardedRoute): Finding[] => {
  const prm = route.entry('prm')
  const [issuer] = route.list('jwt-entra', 'issuer')
  if (prm === undefined || issuer === undefined || route.list('prm', 'authorizationServers').includes(issuer)) return []
  const key = ['tenant', 'authorizationServers'].find(name => route.list('prm', name).length > 0)
  const message = `people are not sent to sign in at ${issuer}, whose tokens alone jwt-entra accepts`
  const path = key === undefined ? prm.path : [...prm.path, key]
  return [{ path, atKey: true, message, advice: `Write authorizationServers: [${issuer}].` }]
}

/** `doors`: which route was the first that a token opens, by {@link tokensFor}; there may be thousands of routes. */
const sameDoor = (
  route: GuardedRoute,
  index: number,
  routes: readonly GuardedRoute[],
  doors: Map<string, number>
): Finding[] => {
  const tokens = tokensFor(route)
  const twin = routes[Math.min(...tokens.map(token => doors.get(token) ?? Infinity))]
  for (const token of tokens) if (!doors.has(token)) doors.set(token, index)
  if (twin === undefined) return []
  const message = `a token for the route "${twin.name}" opens this one too: same ${whose(route)}, same audience, same scopes`
  return [{ path: ['routes', index], message, advice: 'Give each its own scope, or its own app registration.' }]
}

const whose = (route: GuardedRoute): string => (route.list('jwt-entra', 'issuer').length > 0 ? 'issuer' : 'tenant')

/** The kinds of tokens that open a route: who issues them, for which audience, with which scopes and app roles. */
const tokensFor = (route: GuardedRoute): readonly string[] => {
  const wanted = ['required', 'appRoles'].map(key => route.list('scope', key).toSorted())
  const issuers = [
    ...route.tenants.map(tenant => ['tenant', tenant.toLowerCase()]),
    ...route.list('jwt-entra', 'issuer').map(issuer => ['issuer', issuer])
  ]
  const audiences = route.list('jwt-entra', 'audiences')
  return issuers.flatMap(issuer => audiences.map(audience => JSON.stringify([issuer, audience, wanted])))
}
