import type { Endpoint, Reply, RouteInfo } from '@sluice/plugin-api'
import type { PrmDocument } from './document.ts'

const root = '/.well-known/oauth-protected-resource'
const methods = ['GET', 'HEAD']

/** Path of a route's document: the well-known string goes between host and path (RFC 9728 section 3.1). */
export const documentPath = ({ path }: RouteInfo): string => (path === '/' ? root : root + path.replace(/\/+$/, ''))

/**
 * Serves the document at the path of the route and, where no other route of the host has one, at the root, which
 * clients try last. Any page may read it: it is public, and clients in browsers need it before they sign in; origin says
 * so to them.
 */
export function documentEndpoints(document: PrmDocument, route: RouteInfo): readonly Endpoint[] {
  const found: Reply = Object.freeze<Reply>({
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      // Clients cache discovery far too long by themselves; this bounds how long a corrected document stays unseen.
      ['cache-control', 'public, max-age=300']
    ],
    body: Buffer.from(JSON.stringify(document))
  })
  const handle: Endpoint['handle'] = () => found
  const path = documentPath(route)
  const own: Endpoint = { methods, path, cors: 'any', handle }
  return path === root ? [own] : [own, { methods, path: root, cors: 'any', whenSole: true, handle }]
}
