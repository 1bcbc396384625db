import { isLoopback } from '@sluice/plugin-api'
import type { Finding } from './issue.ts'
import type { RawConfig, RawRoute } from './raw.ts'
import type { EntrySettings, RouteSettings } from './settings.ts'
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
  publicUrl: string
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

const checkUnique = (routes: readonly RawRoute[]): Finding[] =>
  routes.flatMap((route, i) => {
    const earlier = routes.slice(0, i)
    const sameName = earlier.findIndex(other => other.name === route.name)
    const samePlace = earlier.find(other => placeOf(other) === placeOf(route))
    return [
      ...(sameName === -1
        ? []
        : [
            {
              path: ['routes', i, 'name'],
              message: `routes[${sameName}] has the name "${route.name}" too`,
              advice: 'Give each route its own name.'
            }
          ]),
      ...(samePlace === undefined
        ? []
        : [
            {
              path: ['routes', i, 'path'],
              message: `route "${samePlace.name}" has the same host and path`,
              advice: 'Give one of them another path or host.'
            }
          ])
    ]
  })

const placeOf = (route: RawRoute): string =>
  `${route.host?.toLowerCase() ?? ''} ${pathOf(route)} ${route.path.endsWith('*')}`
