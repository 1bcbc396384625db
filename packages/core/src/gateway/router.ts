import type { Chain } from '../chain/chain.ts'

/** Where a chain stands. */
export interface Place {
  /** Lower case; without it any host. */
  readonly host: string | undefined
  /** Without wildcard. */
  readonly path: string
  readonly kind: 'endpoint' | 'exact' | 'prefix'
}

/** The chains of one host: an exact path before a prefix, a longer prefix before a shorter one. */
class HostTable {
  readonly #endpoints = new Map<string, Chain>()
  readonly #exact = new Map<string, Chain>()
  readonly #prefixes = new Map<string, Chain>()
  #longestPrefix = 0

  add({ path, kind }: Place, chain: Chain): void {
    if (kind === 'endpoint') this.#endpoints.set(path, chain)
    else if (kind === 'prefix') {
      this.#prefixes.set(path, chain)
      this.#longestPrefix = Math.max(this.#longestPrefix, path.length)
    } else this.#exact.set(path, chain)
  }

  endpoint(path: string): Chain | undefined {
    return this.#endpoints.get(path)
  }

  route(path: string): Chain | undefined {
    const exact = this.#exact.get(path)
    if (exact !== undefined || this.#prefixes.size === 0) return exact
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
  readonly #anyHost = new HostTable()
  readonly #hosts = new Map<string, HostTable>()

  add(place: Place, chain: Chain): void {
    if (place.host === undefined) return this.#anyHost.add(place, chain)
    const table = this.#hosts.get(place.host) ?? new HostTable()
    this.#hosts.set(place.host, table)
    table.add(place, chain)
  }

  /** `host` in lower case, with or without port. */
  find(path: string, host: string): Chain | undefined {
    const any = this.#anyHost
    if (this.#hosts.size === 0) return any.endpoint(path) ?? any.route(path)
    const own = this.#hosts.get(host) ?? this.#hosts.get(withoutPort(host))
    return own?.endpoint(path) ?? any.endpoint(path) ?? own?.route(path) ?? any.route(path)
  }
}

const withoutPort = (host: string): string => host.replace(/:\d*$/, '')
