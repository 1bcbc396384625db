import type { Configuration } from './configuration.ts'
import type { Exchange } from './exchange.ts'
import type { Fact } from './fact.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import type { RouteInfo } from './route.ts'
import type { Sealing } from './sealing.ts'
import type { Ask } from './singleton.ts'

/** What the core gives to a filter that is being made. */
export interface PluginContext {
  /** The route that the filter is made for. */
  readonly route: RouteInfo
  /** Where the public listener listens, as configured. */
  readonly listen: ListenAddress
  /** Identity of the entry: `global/<id or name>`, `<route>/<id or name>`. */
  readonly entry: string
  /** Folder of the configuration file, absolute: the relative paths of a configuration start there. */
  readonly directory: string
  /** What all filters of this configuration were made from. */
  readonly configuration: Configuration
  /**
   * Where a value of the entry's configuration stands, for people: `sluice.yaml:31:13`, or its path where the configuration
   * is no file.
   */
  placeOf(configPath: readonly (string | number)[]): string
  /** Logs with the entry and the route bound. */
  readonly log: Logger
  /** Metrics of the admin listener's `/metrics`. */
  readonly metrics: Metrics
  /** Aborted when this configuration is replaced or the gateway stops; exchanges that are under way then still use the filter. */
  readonly signal: AbortSignal
  /** One value per entry and key, over routes and reloads, disposed with its last user. */
  shared<T>(key: string, make: () => T, dispose?: (value: T) => void): T
  /** One value per plugin and key, over entries, routes and reloads, disposed with its last user. */
  sharedAcross<T>(key: string, make: () => T, dispose?: (value: T) => void): T
  /** Threads of this process that serve, each with filters of its own; what is shared above is shared within one. */
  readonly workers: number
  /**
   * One part of the plugin in the whole process, by its name in {@link Plugin.singletons} and a key: made from the options
   * when the first of all workers takes it, closed with its last user. Asking costs a message to another thread and back
   * where there are several workers, some 50 µs.
   */
  singleton<Question, Answer>(name: string, key: string, options?: unknown): Ask<Question, Answer>
  /**
   * Seals for this plugin. Without `sealing.keys` there is a key of this process where the public URL is a loopback
   * address, and elsewhere no sealing: a filter that needs it refuses its configuration.
   */
  readonly sealing: Sealing | undefined
  /** A pre-sized cell on every exchange. */
  fact<T>(name: string): Fact<T>
  /**
   * A cell on every exchange that this filter alone knows, for what it wants to keep from one hook to the next. A `WeakMap`
   * of exchanges does the same for 6 µs of CPU a request, most of it the garbage collector's.
   */
  perExchange<T>(): Fact<T>
  /**
   * Exchanges under way, of all routes and also those that began under an earlier configuration: what a filter that has
   * learned something new can give a deadline. Facts can be read of each.
   */
  readonly openExchanges: Iterable<Exchange>
  /**
   * Reads a YAML or JSON file of at most 1 MiB, one map, that the filter works from; its path is relative to `directory`. `${…}` is not
   * replaced. The schema is as that of the configuration. `make` turns the value into what is needed; a `ConfigFault` that it
   * throws is told at its place in that file.
   *
   * @throws Error that says of each fault file, line, column, and what to write instead. Let it pass in `create`.
   */
  readFile<R>(file: string, schema: object, make: (value: unknown) => R): R
  /**
   * Calls `changed` when a file has other bytes, appears or is gone, within a second as a rule, on network file systems and
   * behind links, too. What changes from this call on is seen: so watch first, then read. @returns what ends it
   */
  watchFile(file: string, changed: () => void): () => void
  /** `/readyz` is 503 until each declared readiness was ready once; afterwards notReady shows under `?verbose` only. */
  readiness(name: string): Readiness
}

/** An address of this machine, and a port; 0 is any free one. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Something that must have been ready once before the gateway says that it is. */
export interface Readiness {
  ready(): void
  notReady(reason: string): void
}
