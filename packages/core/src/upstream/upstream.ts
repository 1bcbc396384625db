import { createHash } from 'node:crypto'
import type { UpstreamSettings } from '../config/settings.ts'
import { Pool } from '../http-client/pool.ts'

/** An MCP server behind the gateway: where it is, and the keep-alive connections to it. */
export class Upstream {
  readonly pool: Pool
  /** For the `Host` field. */
  readonly host: string
  readonly cookies: boolean
  readonly #path: string
  readonly #routePathLength: number

  /** `routePath` is the route's path without wildcard; what follows it in a request is added to the upstream's path. */
  constructor(options: UpstreamSettings, routePath: string, pool: Pool) {
    this.pool = pool
    this.cookies = options.cookies
    const { pathname, host } = new URL(options.url)
    this.host = host
    this.#path = pathname === '/' && routePath !== '/' ? '' : pathname
    this.#routePathLength = routePath.length
  }

  /** Path and query at the upstream of a request for `path`. */
  target(path: string, query: string): string {
    const rest = path.slice(this.#routePathLength)
    const joined = rest === '' ? this.#path : joinPath(this.#path, rest)
    return query === '' ? joined || '/' : `${joined || '/'}?${query}`
  }
}

const joinPath = (base: string, rest: string): string => {
  if (base.endsWith('/') && rest.startsWith('/')) return base + rest.slice(1)
  return base.endsWith('/') || rest.startsWith('/') ? base + rest : `${base}/${rest}`
}

/** What distinguishes one pool from another, as a key. */
export const poolKey = (options: UpstreamSettings): string =>
  [
    new URL(options.url).origin,
    options.connectTimeoutMs,
    options.headersTimeoutMs,
    options.connections ?? 0,
    // Another certificate is another pool; the key itself stands in no name.
    options.tls === undefined ? '' : createHash('sha256').update(JSON.stringify(options.tls)).digest('base64')
  ].join(' ')

/** A stream may be idle as long as it likes: only the head has a timeout. */
export const createPool = (options: UpstreamSettings): Pool => new Pool(new URL(options.url), options)
