import { resolve } from 'node:path'
import { readOwnFile } from '@sluice/core'
import type {
  Configuration,
  Exchange,
  ListenAddress,
  Plugin,
  PluginContext,
  RouteInfo,
  Sealing
} from '@sluice/plugin-api'
import { fakeFact, fakeOwnCell } from './facts.ts'
import { recordLog, type LogRecorder } from './log.ts'
import { recordMetrics, type MetricsRecorder } from './metrics.ts'
import { recordReadiness, type RecordedReadiness } from './readiness.ts'
import { fakeSealing } from './sealing.ts'
import { SharedValues } from './shared-values.ts'
import { askSingleton } from './singleton.ts'

/** What a test may set of a context. */
export interface FakeContextOptions {
  /** Default: `everything` at `/mcp` of `https://mcp.contoso.example`. */
  readonly route?: Partial<RouteInfo>
  /** Default: 127.0.0.1:8080. */
  readonly listen?: ListenAddress
  /** Default: `<route>/test`. */
  readonly entry?: string
  /** Default: the working directory. */
  readonly directory?: string
  /** Default: one whose hash is 64 zeros. */
  readonly configuration?: Configuration
  /** Default: values of this context alone. */
  readonly values?: SharedValues
  /** Default: metrics of this context alone. */
  readonly metrics?: MetricsRecorder
  /** Default: one with a key of its own. `null` for none. */
  readonly sealing?: Sealing | null
  /** Exchanges under way. Default: none. */
  readonly openExchanges?: Iterable<Exchange>
  /** Default: 1. */
  readonly workers?: number
  /** Those of the plugin. Default: none. */
  readonly singletons?: Plugin['singletons']
}

/** A context whose log, metrics and readiness can be read back. */
export interface FakeContext extends PluginContext {
  readonly log: LogRecorder
  readonly metrics: MetricsRecorder
  /** By name, as the filter declared them. */
  readonly readinesses: ReadonlyMap<string, RecordedReadiness>
  /** Files that are watched, absolute. */
  watched(): readonly string[]
  /** Tells those who watch a file, relative to `directory`, that it has changed. */
  fileChanged(file: string): void
  /** Aborts the signal: what the core does first when the configuration is replaced; the filter's `onClose` is next. */
  abort(): void
  /** Aborts the signal and lets go of shared values, which is the last that the core does. */
  close(): void
}

/** Makes a context that needs no gateway. */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const route = { name: 'everything', path: '/mcp', publicUrl: 'https://mcp.contoso.example/mcp', ...options.route }
  const entry = options.entry ?? `${route.name}/test`
  const values = options.values ?? new SharedValues()
  const readinesses = new Map<string, RecordedReadiness>()
  const controller = new AbortController()
  const user = {}
  const directory = options.directory ?? process.cwd()
  const watchers = new Map<() => void, string>()
  const log = recordLog()
  const metrics = options.metrics ?? recordMetrics()
  return {
    route,
    listen: options.listen ?? { host: '127.0.0.1', port: 8080 },
    entry,
    directory,
    configuration: options.configuration ?? { hash: '0'.repeat(64) },
    log,
    metrics,
    workers: options.workers ?? 1,
    singleton: (name, key, given) =>
      values.take(
        user,
        `singleton ${name} ${key}`,
        () => askSingleton(options.singletons, name, given, { log, metrics }),
        ask => ask.close()
      ).ask,
    signal: controller.signal,
    sealing: options.sealing === null ? undefined : (options.sealing ?? fakeSealing),
    readinesses,
    shared: (key, make, dispose) => values.take(user, `${entry} ${key}`, make, dispose),
    sharedAcross: (key, make, dispose) => values.take(user, key, make, dispose),
    fact: fakeFact,
    perExchange: fakeOwnCell,
    placeOf: configPath => configPath.join('.'),
    openExchanges: options.openExchanges ?? [],
    readFile: (file, schema, make) => readOwnFile(resolve(directory, file), schema, make),
    watchFile(file, changed) {
      const watcher = () => changed()
      watchers.set(watcher, resolve(directory, file))
      return () => void watchers.delete(watcher)
    },
    watched: () => Array.from(watchers.values()),
    fileChanged(file) {
      for (const [changed, watched] of watchers) if (watched === resolve(directory, file)) changed()
    },
    readiness(name) {
      const readiness = readinesses.get(name) ?? recordReadiness()
      readinesses.set(name, readiness)
      return readiness
    },
    abort: () => controller.abort(),
    close() {
      controller.abort()
      values.release(user)
    }
  }
}
