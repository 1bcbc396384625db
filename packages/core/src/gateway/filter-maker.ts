import { resolve } from 'node:path'
import type {
  Ask,
  Configuration,
  Exchange,
  Fact,
  Filter,
  ListenAddress,
  Logger,
  Metrics,
  PluginContext,
  Readiness,
  RouteInfo,
  Sealing
} from '@sluice/plugin-api'
import type { Readinesses } from '../admin/readiness.ts'
import type { Link } from '../chain/chain.ts'
import { badPattern } from '../mcp/method-patterns.ts'
import type { LoadedConfig } from '../config/load.ts'
import { configError, placeOf } from '../config/issue.ts'
import { readOwnFile } from '../config/own-file.ts'
import type { ConfigPath } from '../config/path.ts'
import { suggestion } from '../config/suggest.ts'
import type { EntrySettings } from '../config/settings.ts'
import type { SharedLease } from '../shared-values.ts'
import { ownCell } from '../exchange/own-cell.ts'
import { closeFilters } from './close-filters.ts'
import { filterRefusal } from './filter-refusal.ts'
import type { Replaced } from './replaced.ts'
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
  readonly readinesses: Readinesses
  readonly replaced: Replaced
  /** Milliseconds that a filter has to close which is refused after all. */
  readonly closeMs: number
  readonly listen: ListenAddress
  readonly configuration: Configuration
  /** The next free place among what the filters of the chain keep on an exchange. */
  readonly nextPlace: () => number
  /** The sealing of a plugin, by its name; `undefined` where nothing may be sealed. */
  readonly sealing: (plugin: string) => Sealing | undefined
}

/**
 * Makes the filter of an entry for a route.
 *
 * @throws ConfigError with the plugin's own words, at the key that it blames or else at the entry
 */
export const makeFilter = async (
  settings: EntrySettings,
  route: RouteInfo,
  config: LoadedConfig,
  surroundings: FilterSurroundings
): Promise<MadeFilter> => {
  const context = new EntryContext(settings, route, config, surroundings)
  let filter: Filter
  try {
    filter = await settings.plugin.create(settings.config as object, context)
  } catch (error) {
    throw filterRefusal(error, settings, config)
  }
  const fault = faultOf(filter)
  if (fault !== undefined) {
    await closeRefused({ entry: settings.identity, filter }, surroundings)
    const message = `${settings.name} made no filter: ${fault}`
    const advice = 'Tell the author of the plugin.'
    throw configError(config.source, [{ path: settings.path, atKey: true, message, advice }])
  }
  return { settings, entry: settings.identity, filter }
}

/** It may have opened something, though it is none that can be used. */
const closeRefused = async (link: Link, { services, closeMs }: FilterSurroundings): Promise<void> => {
  if (typeof (link.filter as Partial<Filter> | null)?.onClose === 'function')
    await closeFilters([link], closeMs, services.log)
}

const HOOKS = [
  'onStart',
  'onRequest',
  'onMcpRequest',
  'onUpstream',
  'onResponse',
  'onMcpResult',
  'onFinish',
  'onClose'
] as const

/** Plugins may be plain JavaScript: what is wrong with what one made, if anything. */
const faultOf = (filter: unknown): string | undefined => {
  if (typeof filter !== 'object' || filter === null) return 'create returned no object'
  const made = filter as Record<string, unknown>
  const hook = HOOKS.find(name => made[name] !== undefined && typeof made[name] !== 'function')
  if (hook !== undefined) return `${hook} is no function`
  const unknown = Object.keys(made).find(name => name.startsWith('on') && !isKnown(name))
  if (unknown !== undefined) return `there is no hook ${unknown}. ${suggestion(unknown, HOOKS)}`
  const messages = messageFaultOf(made)
  if (messages !== undefined) return messages
  const endpoints = made['endpoints'] ?? []
  return Array.isArray(endpoints) && endpoints.every(isEndpoint) ? undefined : 'endpoints is no list of endpoints'
}

const isKnown = (name: string): boolean => HOOKS.some(known => known === name)

/** A message hook without methods would never run, and let through what it was put there to stop. */
const messageFaultOf = ({ mcp = {}, onMcpRequest, onMcpResult }: Record<string, unknown>): string | undefined => {
  if (typeof mcp !== 'object' || mcp === null) return 'mcp is no object'
  const { requests = [], results = [], ifRead } = mcp as Record<string, unknown>
  if (ifRead !== undefined && ifRead !== true) return 'mcp.ifRead can only be true'
  for (const [key, patterns] of Object.entries({ requests, results })) {
    if (!Array.isArray(patterns)) return `mcp.${key} is no list`
    const bad: unknown = badPattern(patterns)
    if (bad !== undefined) return `mcp.${key} names no method: ${JSON.stringify(bad)}. Write tools/call, tools/* or *`
  }
  if (onMcpRequest !== undefined && isEmpty(requests)) return 'onMcpRequest has no methods; name them in mcp.requests'
  return onMcpResult !== undefined && isEmpty(results)
    ? 'onMcpResult has no methods; name them in mcp.results'
    : undefined
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0

const isEndpoint = (endpoint: unknown): boolean => {
  const { methods, path, handle } = (endpoint ?? {}) as Record<string, unknown>
  return Array.isArray(methods) && typeof path === 'string' && path.startsWith('/') && typeof handle === 'function'
}

class EntryContext implements PluginContext {
  readonly route: RouteInfo
  readonly listen: ListenAddress
  readonly entry: string
  readonly directory: string
  readonly configuration: Configuration
  readonly log: Logger
  readonly metrics: Metrics
  readonly signal: AbortSignal
  readonly workers: number
  readonly sealing: Sealing | undefined
  readonly openExchanges: Iterable<Exchange>
  readonly #plugin: string
  readonly #path: ConfigPath
  readonly #source: LoadedConfig['source']
  readonly #surroundings: FilterSurroundings

  constructor(
    { identity, plugin, path }: EntrySettings,
    route: RouteInfo,
    { directory, source }: LoadedConfig,
    surroundings: FilterSurroundings
  ) {
    const { services, replaced, listen, configuration, sealing } = surroundings
    this.route = route
    this.listen = listen
    this.entry = identity
    this.directory = directory
    this.configuration = configuration
    this.log = services.log.child({ entry: identity, route: route.name })
    this.metrics = services.metrics.ownedBy({
      name: `filter ${route.name} ${plugin.name} ${identity}`,
      labels: { route: route.name, entry: identity },
      log: this.log
    })
    this.signal = replaced.signalFor(identity)
    this.workers = services.workers
    this.sealing = sealing(plugin.name)
    this.openExchanges = services.open
    this.#plugin = plugin.name
    this.#path = path
    this.#source = source
    this.#surroundings = surroundings
  }

  // Bound, so that a plugin may take the context apart.
  readonly shared = <T>(key: string, make: () => T, dispose?: (value: T) => void): T =>
    // With the plugin's name: after a reload the entry's id may be that of another plugin.
    this.#surroundings.lease.take(`entry ${this.#plugin} ${this.entry} ${key}`, make, dispose)

  readonly sharedAcross = <T>(key: string, make: () => T, dispose?: (value: T) => void): T =>
    this.#surroundings.lease.take(`plugin ${this.#plugin} ${key}`, make, dispose)

  readonly singleton = <Question, Answer>(name: string, key: string, options?: unknown): Ask<Question, Answer> => {
    const { singletons } = this.#surroundings.services
    const which = { plugin: this.#plugin, name, key }
    return this.#surroundings.lease.take(
      `singleton ${this.#plugin} ${name} ${key}`,
      () => {
        singletons.hold(which, options)
        return (question: Question) => singletons.ask(which, question) as Promise<Answer>
      },
      () => singletons.release(which)
    )
  }

  readonly placeOf = (configPath: ConfigPath): string => placeOf(this.#source, [...this.#path, ...configPath])

  readonly perExchange = <T>(): Fact<T> => ownCell(this.#surroundings.nextPlace())

  readonly fact = <T>(name: string): Fact<T> => this.#surroundings.services.facts.fact(name)

  readonly readFile = <R>(file: string, schema: object, make: (value: unknown) => R): R =>
    readOwnFile(resolve(this.directory, file), schema, make)

  readonly watchFile = (file: string, changed: () => void): (() => void) =>
    this.#surroundings.services.files.follow(resolve(this.directory, file), changed, error =>
      this.log.error({ file, code: 'SLUICE_FILTER_FAILED', err: error }, 'a filter failed when its file changed')
    )

  readonly readiness = (name: string): Readiness => this.#surroundings.readinesses.declare(`${this.entry} ${name}`)
}
