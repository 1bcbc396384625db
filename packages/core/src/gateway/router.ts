import type { Chain } from '../chain/chain.ts'

/** Where a chain stands. */
export interface Place {
  /** Lower case; without it any host. */
  readonly host: string | undefined
  /** Without wildcard. */
  readonly path: string
  readonly kind: 'endpoint' | 'exact' | 'prefix'
}

/** The path belongs to one route as it is written, and to a narrower one as many servers read it. */
export const AMBIGUOUS = Symbol('ambiguous')

/**
 * What Express and others overlook: case, a slash at the end; what servlets and Windows cut off: parameters, dots, spaces,
 * and segments of which nothing is left then.
 */
const OVERLOOKED = /[A-Z;]|\/$|(?:\.|%20)(?:\/|$)/

const asLaxServersRead = (path: string): string => {
  const segments = path.toLowerCase().split('/').map(bareSegment)
  return `/${segments.filter(segment => segment !== '').join('/')}`
}

/** Not by an expression: one that looks for the end of dots takes a second for 32 KiB of them. */
const bareSegment = (segment: string): string => {
  const mark = segment.indexOf(';')
  let end = mark === -1 ? segment.length : mark
  for (;;) {
    if (segment.charCodeAt(end - 1) === 46) end -= 1
    else if (segment.endsWith('%20', end)) end -= 3
    else return segment.slice(0, end)
  }
}

/** The chains of one host: an exact path before a prefix, a longer prefix before a shorter one. */
class HostTable {
  /** Endpoints and routes: an endpoint beats the route of its path. */
  readonly #exact = new Map<string, Chain>()
  readonly #prefixes = new Map<string, Chain>()
  #longestPrefix = 0
  #routes = 0
  /** No route has what lax servers overlook: then only requests that have it need a second look. */
  #plain = true
  /** The routes by what lax servers read; absent in that table itself. */
  readonly #lax: HostTable | undefined

  constructor(lax?: HostTable) {
    this.#lax = lax
  }

  add({ path, kind }: Place, chain: Chain): void {
    if (kind !== 'endpoint') {
      const read = asLaxServersRead(path)
      this.#routes++
      this.#plain &&= read === path
      this.#lax?.add({ host: undefined, kind, path: read }, chain)
    }
    if (kind === 'prefix') {
      this.#prefixes.set(path, chain)
      this.#longestPrefix = Math.max(this.#longestPrefix, path.length)
    } else if (kind === 'endpoint' || this.endpoint(path) === undefined) this.#exact.set(path, chain)
  }

  endpoint(path: string): Chain | undefined {
    const chain = this.#exact.get(path)
    return chain?.endpoint === undefined ? undefined : chain
  }

  /** The endpoint or the route of a path. */
  find(path: string): Chain | typeof AMBIGUOUS | undefined {
    const exact = this.#exact.get(path)
    if (exact !== undefined || this.#prefixes.size === 0) return exact
    const chain = this.#longestMatch(path)
    return chain !== undefined && this.#routes > 1 && this.#isOfNarrower(path, chain) ? AMBIGUOUS : chain
  }

  /** Express serves `/a/admin` for `/a/ADMIN/`: the filters of `/a/*` must not be the ones that judge it. */
  #isOfNarrower(path: string, chain: Chain): boolean {
    if (this.#lax === undefined || (this.#plain && !OVERLOOKED.test(path))) return false
    const read = asLaxServersRead(path)
    const exact = this.#lax.#exact.get(read)
    if (exact !== undefined) return exact !== chain
    const prefix = this.#lax.#longestMatch(read)
    return prefix !== undefined && prefix !== chain && prefix.route.path.length > chain.route.path.length
  }

  #longestMatch(path: string): Chain | undefined {
    // Segment by segment, so that the cost is the depth of the prefixes, however many routes there are and however
    // deep the path is.
    const start = path.length <= this.#longestPrefix ? path.length : path.lastIndexOf('/', this.#longestPrefix)
    for (let end = start; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const chain = this.#prefixes.get(path.slice(0, end))
      if (chain !== undefined) return chain
    }
    return this.#prefixes.get('/')
  }
}

/** Finds the chain of a request by host and path: endpoints before routes, a host's own before those of any host. */
export class Router {
  readonly #anyHost = new HostTable(new HostTable())
  readonly #hosts = new Map<string, HostTable>()

  add(place: Place, chain: Chain): void {
    if (place.host === undefined) return this.#anyHost.add(place, chain)
    const table = this.#hosts.get(place.host) ?? new HostTable(new HostTable())
    this.#hosts.set(place.host, table)
    table.add(place, chain)
  }

  /** `host` in lower case, with or without port. */
  find(path: string, host: string): Chain | typeof AMBIGUOUS | undefined {
    const any = this.#anyHost
    if (this.#hosts.size === 0) return any.find(path)
    const own = this.#hosts.get(host) ?? this.#hosts.get(withoutPort(host))
    return own?.endpoint(path) ?? any.endpoint(path) ?? own?.find(path) ?? any.find(path)
  }
}

const withoutPort = (host: string): string => host.replace(/:\d*$/, '')
