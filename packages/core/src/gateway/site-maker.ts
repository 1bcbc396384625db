import { isLoopback, type RouteInfo, type Sealing } from '@sluice/plugin-api'
import { Readinesses } from '../admin/readiness.ts'
import { RouteMetrics } from '../metrics/route-metrics.ts'
import { compileChain } from '../chain/chain.ts'
import type { LoadedConfig } from '../config/load.ts'
import { chainEntries } from '../config/chain-entries.ts'
import type { EntrySettings, RouteSettings, UpstreamSettings } from '../config/settings.ts'
import { trustedProxies } from '../http/client-address.ts'
import { makeSealing } from '../sealing.ts'
import { createPool, poolKey, Upstream } from '../upstream/upstream.ts'
import { claimEndpoints, type EndpointClaim } from './endpoint-claims.ts'
import { type MadeFilter, makeFilter } from './filter-maker.ts'
import { Replaced } from './replaced.ts'
import { Router } from './router.ts'
import { ServedConfiguration } from './served-configuration.ts'
import type { Services } from './services.ts'
import { closeHoldings, Site, type SiteHoldings } from './site.ts'
import { startFilters } from './start-filters.ts'

/** The name of the route of requests that no route matches. */
const UNMATCHED = '-'

/**
 * Compiles a loaded configuration.
 *
 * @throws ConfigError where a filter cannot be made, or two of them claim one endpoint
 */
export const compileSite = async (config: LoadedConfig, services: Services): Promise<Site> => {
  const maker = new SiteMaker(config, services)
  try {
    return await maker.make()
  } catch (error) {
    await closeHoldings(maker.holdings)
    throw error
  }
}

class SiteMaker {
  readonly #config: LoadedConfig
  readonly #services: Services
  readonly #made: MadeFilter[] = []
  readonly #router = new Router()
  /** One a plugin, however many routes: to derive its key takes 25 µs. */
  readonly #sealings = new Map<string, Sealing>()
  readonly #secrets: readonly string[]
  readonly #served: ServedConfiguration
  readonly holdings: SiteHoldings

  constructor(config: LoadedConfig, services: Services) {
    this.#config = config
    this.#services = services
    this.#secrets = secretsOf(config, services)
    this.#served = new ServedConfiguration(config)
    const { shutdown, patience } = config.settings
    this.holdings = {
      filters: this.#made,
      startFilters: () => startFilters(this.#made, config),
      lease: services.shared.lease(),
      replaced: new Replaced(services.log),
      readinesses: new Readinesses(),
      log: services.log,
      closeMs: Math.max(shutdown.graceMs, patience.closeMs)
    }
  }

  async make(): Promise<Site> {
    const { settings } = this.#config
    const claims: EndpointClaim[] = []
    for (const route of settings.routes) claims.push(...(await this.#route(route)))
    this.#endpoints(claims)
    const route: RouteInfo = { name: UNMATCHED, path: '/', publicUrl: settings.publicUrl }
    const filters = await this.#filters(chainEntries(settings), route)
    const parts = {
      router: this.#router,
      unmatched: compileChain(filters, { route, metrics: this.#metrics(UNMATCHED) }),
      proxies: trustedProxies(settings.trustedProxies),
      facts: this.#services.facts
    }
    return new Site(parts, this.holdings)
  }

  async #route(route: RouteSettings): Promise<EndpointClaim[]> {
    const info: RouteInfo = { name: route.name, path: route.path, publicUrl: route.publicUrl }
    const filters = await this.#filters(chainEntries(this.#config.settings, route.filters), info)
    const upstream = new Upstream(route.upstream, route.path, this.#pool(route.upstream))
    const { mcpBodyBytes, mcpResultBytes } = this.#config.settings.limits
    const metrics = this.#metrics(route.name)
    const chain = compileChain(filters, { route: info, metrics, upstream, mcpBodyBytes, mcpResultBytes })
    this.#router.add({ host: route.host, path: route.path, kind: route.prefix ? 'prefix' : 'exact' }, chain)
    return filters.flatMap(({ filter }, at) =>
      (filter.endpoints ?? []).map(endpoint => ({ endpoint, filters, at, route: info, host: route.host }))
    )
  }

  #endpoints(claims: readonly EndpointClaim[]): void {
    for (const { endpoint, filters, at, route, host } of claimEndpoints(claims, this.#config)) {
      const { entry: owner } = filters[at]!
      const parts = { route, metrics: this.#metrics(route.name), endpoint, owner }
      this.#router.add({ host, path: endpoint.path, kind: 'endpoint' }, compileChain(filters.slice(0, at), parts))
    }
  }

  async #filters(entries: readonly EntrySettings[], route: RouteInfo): Promise<MadeFilter[]> {
    const { lease, replaced, readinesses, closeMs } = this.holdings
    const filters: MadeFilter[] = []
    let places = 0
    for (const settings of entries) {
      const made = await makeFilter(settings, route, this.#config, {
        services: this.#services,
        lease,
        readinesses,
        listen: this.#config.settings.listen,
        configuration: this.#served,
        nextPlace: () => places++,
        sealing: this.#sealing,
        replaced,
        closeMs
      })
      this.#made.push(made)
      filters.push(made)
    }
    return filters
  }

  // Bound, since the filters' contexts call it.
  readonly #sealing = (plugin: string): Sealing | undefined => {
    const known = this.#sealings.get(plugin)
    if (known !== undefined || this.#secrets.length === 0) return known
    const sealing = makeSealing(this.#secrets, plugin)
    this.#sealings.set(plugin, sealing)
    return sealing
  }

  #pool(options: UpstreamSettings) {
    return this.holdings.lease.take(
      `pool ${poolKey(options)}`,
      () => createPool(options),
      pool => pool.destroy()
    )
  }

  #metrics(route: string): RouteMetrics {
    const { metrics, log } = this.#services
    return this.holdings.lease.take(`metrics ${route}`, () => {
      const owner = { name: `route ${route}`, labels: { route }, log: log.child({ route }) }
      return new RouteMetrics(metrics.ownedBy(owner), route)
    })
  }
}

/** Secrets that seal and open; none where nothing may be sealed. */
const secretsOf = ({ settings: { publicUrl, sealing } }: LoadedConfig, { ownSecret }: Services): readonly string[] => {
  if (sealing.keys.length > 0) return sealing.keys
  return isLoopback(new URL(publicUrl).hostname) ? [ownSecret] : []
}
