import { Pool } from 'undici'
import type { UpstreamSettings } from '../config/settings.ts'
import { createConnector } from './connector.ts'

/** An MCP server behind the gateway: where it is, and the keep-alive connections to it. */
export class Upstream {
  readonly pool: Pool
  readonly cookies: boolean
  readonly #path: string
  readonly #routePathLength: number

  /** `routePath` is the route's path without wildcard; what follows it in a request is added to the upstream's path. */
  constructor(options: UpstreamSettings, routePath: string, pool: Pool) {
    this.pool = pool
    this.cookies = options.cookies
    const { pathname } = new URL(options.url)
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
  [new URL(options.url).origin, options.connectTimeoutMs, options.headersTimeoutMs, options.connections ?? 0].join(' ')

/** Opens nothing yet. A stream may be idle as long as it likes: only the head has a timeout. */
export const createPool = (options: UpstreamSettings): Pool =>
  new Pool(new URL(options.url).origin, {
    connections: options.connections ?? null,
    pipelining: 1,
    allowH2: false,
    connect: createConnector(options.connectTimeoutMs),
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024
  })
