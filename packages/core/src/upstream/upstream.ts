import { Pool } from 'undici'

/** How an upstream is reached. */
export interface UpstreamOptions {
  /** URL without query; its path takes the place of the route's. */
  readonly url: string
  readonly connectTimeoutMs: number
  /** From the end of the request to the response head. */
  readonly headersTimeoutMs: number
  /** Connections at the most; without it as many as there are requests under way. */
  readonly connections: number | undefined
  /** Whether the client's cookies go along. */
  readonly cookies: boolean
}

/** An MCP server behind the gateway: where it is, and the keep-alive connections to it. */
export class Upstream {
  readonly pool: Pool
  readonly cookies: boolean
  readonly #path: string
  readonly #routePathLength: number

  /** `routePath` is the route's path without wildcard; what follows it in a request is added to the upstream's path. */
  constructor(options: UpstreamOptions, routePath: string, pool: Pool) {
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
export const poolKey = (options: UpstreamOptions): string =>
  [new URL(options.url).origin, options.connectTimeoutMs, options.headersTimeoutMs, options.connections ?? 0].join(' ')

/** Opens nothing yet. A stream may be idle as long as it likes: only the head has a timeout. */
export const createPool = (options: UpstreamOptions): Pool =>
  new Pool(new URL(options.url).origin, {
    connections: options.connections ?? null,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024
  })
