import type { Endpoint, Reply, RouteInfo } from '@sluice/plugin-api'
import type { PrmDocument } from './document.ts'

const root = '/.well-known/oauth-protected-resource'
const methods = ['GET', 'HEAD', 'OPTIONS']

/** Path of a route's document: the well-known string goes between host and path (RFC 9728 section 3.1). */
export const documentPath = ({ path }: RouteInfo): string => (path === '/' ? root : root + path.replace(/\/+$/, ''))

/**
 * Serves the document at the path of the route and, where no other route of the host has one, at the root, which
 * clients try last. Any page may read it: it is public, and clients in browsers need it before they sign in.
 */
export function documentEndpoints(document: PrmDocument, route: RouteInfo): readonly Endpoint[] {
  const found: Reply = Object.freeze<Reply>({
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      // Clients cache discovery far too long by themselves; this bounds how long a corrected document stays unseen.
      ['cache-control', 'public, max-age=300'],
      ['access-control-allow-origin', '*']
    ],
    body: Buffer.from(JSON.stringify(document))
  })
  const preflight: Reply = Object.freeze<Reply>({
    status: 204,
    headers: [
      ['allow', methods.join(', ')],
      ['access-control-allow-origin', '*'],
      ['access-control-allow-methods', methods.join(', ')],
      ['access-control-allow-headers', 'Accept, Content-Type, MCP-Protocol-Version'],
      ['access-control-max-age', '86400']
    ]
  })
  const handle: Endpoint['handle'] = x => (x.method === 'OPTIONS' ? preflight : found)
  const path = documentPath(route)
  const own: Endpoint = { methods, path, cors: 'any', handle }
  return path === root ? [own] : [own, { methods, path: root, cors: 'any', whenSole: true, handle }]
}
