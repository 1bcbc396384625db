import type { PluginContext } from '@sluice/plugin-api'

/** The gateway as an authorization server: what it is called, and where it answers. */
export interface Issuer {
  /** As in metadata and in `iss` (RFC 8414 section 2, RFC 9207): origin and path, without a final slash. */
  readonly url: string
  readonly origin: string
  readonly path: string
  /** The redirect URI that is registered at Entra. */
  readonly callback: string
}

/**
 * The issuer of an entry: `/oauth` and the path of its route, below the origin of the public URL; `/oauth` alone for a
 * global entry, which is one server for all routes. The command's advice knows the rule, too.
 */
export const issuerOf = ({ route, entry }: Pick<PluginContext, 'route' | 'entry'>): Issuer => {
  const { origin } = new URL(route.publicUrl)
  const path = entry.startsWith('global/') || route.path === '/' ? '/oauth' : `/oauth${route.path.replace(/\/+$/, '')}`
  const url = origin + path
  return { url, origin, path, callback: `${url}/callback` }
}
