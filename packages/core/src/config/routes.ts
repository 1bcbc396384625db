import { isLoopback } from '@sluice/plugin-api'
import type { Finding } from './issue.ts'
import type { RawConfig, RawRoute } from './raw.ts'
import type { EntrySettings, RouteSettings, TlsMaterial } from './settings.ts'
import { durationMs } from './units.ts'

/** What the base schema cannot say of origins and routes. */
export const checkRoutes = (raw: RawConfig): Finding[] => [
  ...checkOrigin(raw.publicUrl, ['publicUrl']),
  ...raw.routes.flatMap((route, i) => checkRoute(route, i)),
  ...checkUnique(raw.routes)
]

/** The route as the gateway works with it. */
export const routeSettings = (
  route: RawRoute,
  index: number,
  filters: readonly EntrySettings[],
  publicUrl: string,
  tls: TlsMaterial | undefined
): RouteSettings => {
  const path = pathOf(route)
  const { url, timeouts, connections, cookies } = route.upstream
  return {
    name: route.name,
    path,
    prefix: route.path.endsWith('*'),
    host: route.host?.toLowerCase(),
    publicUrl: canonical(route.publicUrl ?? publicUrl) + (path === '/' ? '' : path),
    upstream: {
      url,
      connectTimeoutMs: durationMs(timeouts.connect),
      headersTimeoutMs: durationMs(timeouts.headers),
      connections,
      tls,
      cookies
    },
    filters,
    at: ['routes', index]
  }
}

/** An origin with scheme and host in lower case, and without a default port. */
export const canonical = (origin: string): string => new URL(origin).origin

const pathOf = ({ path }: RawRoute): string => path.replace(/\/\*$/, '') || '/'

const checkRoute = (route: RawRoute, index: number): Finding[] => {
  const at = ['routes', index]
  const findings = route.publicUrl === undefined ? [] : checkOrigin(route.publicUrl, [...at, 'publicUrl'])
  if (route.host !== undefined && route.publicUrl === undefined) {
    const advice = `Add publicUrl: https://${route.host}, so that challenges and metadata name the right place.`
    findings.push({ path: [...at, 'host'], message: 'a route with a host needs a publicUrl of its own', advice })
  }
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(route.path)) {
    findings.push({
      path: [...at, 'path'],
      message: 'the path has a dot segment',
      advice: 'Write the path without . and .. segments.'
    })
  }
  if (route.upstream.tls !== undefined && route.upstream.url.startsWith('http:')) {
    const advice = 'Write https:// in url, or take tls out.'
    findings.push({ path: [...at, 'upstream', 'tls'], atKey: true, message: 'the upstream is http', advice })
  }
  return URL.canParse(route.upstream.url) ? findings : [...findings, badUrl([...at, 'upstream', 'url'])]
}

const checkOrigin = (origin: string, path: readonly (string | number)[]): Finding[] => {
  if (!URL.canParse(origin)) return [badUrl(path)]
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'https:' || isLoopback(hostname)) return []
  const advice = 'Use https; tokens would travel in the clear. http is for loopback addresses only.'
  return [{ path, message: `${origin} is http, and not a loopback address`, advice }]
}

const badUrl = (path: readonly (string | number)[]): Finding => ({
  path,
  message: 'this is not a URL',
  advice: 'For example: "https://mcp.contoso.example".'
})

const checkUnique = (routes: readonly RawRoute[]): Finding[] => {
  const sameName = repeats(routes, route => route.name).map(([i, first]) => ({
    path: ['routes', i, 'name'],
    message: `routes[${first}] has the name "${routes[i]!.name}" too`,
    advice: 'Give each route its own name.'
  }))
  const samePlace = repeats(routes, placeOf).map(([i, first]) => ({
    path: ['routes', i, 'path'],
    message: `route "${routes[first]!.name}" has the same host and path`,
    advice: 'Give one of them another path or host.'
  }))
  return [...sameName, ...samePlace]
}

/** Indexes of the routes that have the key of an earlier one, each with that of the first. In one pass: there may be thousands. */
const repeats = (routes: readonly RawRoute[], keyOf: (route: RawRoute) => string): [number, number][] => {
  const known = new Map<string, number>()
  return routes.flatMap((route, i): [number, number][] => {
    const first = known.get(keyOf(route))
    if (first !== undefined) return [[i, first]]
    known.set(keyOf(route), i)
    return []
  })
}

const placeOf = (route: RawRoute): string =>
  `${route.host?.toLowerCase() ?? ''} ${pathOf(route)} ${route.path.endsWith('*')}`
