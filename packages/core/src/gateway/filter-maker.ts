import type { Fact, Filter, Logger, Metrics, PluginContext, Readiness, RouteInfo } from '@sluice/plugin-api'
import type { Link } from '../chain/chain.ts'
import type { LoadedConfig } from '../config/load.ts'
import { configError } from '../config/issue.ts'
import type { EntrySettings } from '../config/settings.ts'
import type { SharedLease } from '../shared-values.ts'
import type { Services } from './services.ts'

/** A filter, and the entry of the configuration that it was made from. */
export interface MadeFilter extends Link {
  readonly settings: EntrySettings
  readonly filter: Filter
}

/** What the filters of one configuration have in common. */
export interface FilterSurroundings {
  readonly services: Services
  readonly lease: SharedLease
  readonly signal: AbortSignal
}

/**
 * Makes the filter of an entry for a route.
 *
 * @throws ConfigError with the entry's position and the plugin's own words
 */
export const makeFilter = async (
  settings: EntrySettings,
  route: RouteInfo,
  config: LoadedConfig,
  surroundings: FilterSurroundings
): Promise<MadeFilter> => {
  const context = new EntryContext(settings, route, surroundings)
  try {
    return {
      settings,
      entry: settings.identity,
      filter: await settings.plugin.create(settings.config as object, context)
    }
  } catch (error) {
    const message = `${settings.name} refuses its configuration: ${(error as Error).message}`
    throw configError(config.source, [{ path: settings.path, atKey: true, message, advice: '' }], { cause: error })
  }
}

class EntryContext implements PluginContext {
  readonly route: RouteInfo
  readonly entry: string
  readonly log: Logger
  readonly metrics: Metrics
  readonly signal: AbortSignal
  readonly #plugin: string
  readonly #surroundings: FilterSurroundings

  constructor({ identity, plugin }: EntrySettings, route: RouteInfo, surroundings: FilterSurroundings) {
    const { services, signal } = surroundings
    this.route = route
    this.entry = identity
    this.log = services.log.child({ entry: identity, route: route.name })
    this.metrics = services.metrics
    this.signal = signal
    this.#plugin = plugin.name
    this.#surroundings = surroundings
  }

  shared<T>(key: string, make: () => T, dispose?: (value: T) => void): T {
    return this.#surroundings.lease.take(`entry ${this.entry} ${key}`, make, dispose)
  }

  sharedAcross<T>(key: string, make: () => T, dispose?: (value: T) => void): T {
    return this.#surroundings.lease.take(`plugin ${this.#plugin} ${key}`, make, dispose)
  }

  fact<T>(name: string): Fact<T> {
    return this.#surroundings.services.facts.fact(name)
  }

  readiness(name: string): Readiness {
    return this.#surroundings.services.readiness.declare(`${this.entry} ${name}`)
  }
}
