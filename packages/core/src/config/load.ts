import { dirname, resolve } from 'node:path'
import { trustedProxies } from '../http/client-address.ts'
import { PluginLoader, type PluginSources } from '../plugins/load.ts'
import { baseSchema } from './base-schema.ts'
import { ConfigReading, type ReadTexts } from './config-reading.ts'
import { chainEntries, checkOrder } from './chain-entries.ts'
import { type ConfigDocument, parseConfig } from './document.ts'
import { EntryReader } from './entries.ts'
import { checkFacts } from './facts-check.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { configError, ConfigError, type ConfigIssue, type ConfigSource, type Finding } from './issue.ts'
import type { RawConfig } from './raw.ts'
import { canonical, checkRoutes, routeSettings } from './routes.ts'
import type { Settings } from './settings.ts'
import { checkLimits } from './limits.ts'
import { TlsReader } from './tls-files.ts'
import { durationMs, sizeBytes } from './units.ts'
import { checkWorkers, workerCount } from './workers.ts'
import { compileSchema, validate, type Validator } from './validate.ts'
import { valueDocument } from './value-document.ts'

/** A configuration that was read, validated, and whose plugins are loaded; no filter is made yet. */
export interface LoadedConfig {
  /** `undefined` for a configuration that is a value. */
  readonly file: string | undefined
  /** Where its relative paths start, absolute: the folder of its file. */
  readonly directory: string
  readonly settings: Settings
  readonly source: ConfigSource
  /** The configuration as it fits the base schema: substitutions made, defaults filled in, durations and sizes as they are written. */
  readonly raw: RawConfig
  /** Texts of the files that it was read from: itself, those of `${file:…}`, certificates and keys. */
  readonly texts: ReadTexts
}

/** How a configuration is read. */
export interface LoadOptions extends PluginSources {
  /** What `${NAME}` refers to. Default: the environment of the process. */
  readonly env?: NodeJS.ProcessEnv
  /** Where the relative paths of a configuration that is a value start; those of a file start at its folder. Default: the working directory. */
  readonly directory?: string
  /** Names of filters that no chain goes without: put, with their defaults, in front of each that has none. Default: `origin`. */
  readonly inEveryChain?: readonly string[]
  /**
   * How long the gateway waits for who is slow. Default: 30 s for a head, 300 s for a whole request, 1 s between two looks at
   * deadlines, 2 s for filters to close even if the grace is over.
   */
  readonly patience?: Partial<Settings['patience']>
}

/**
 * Reads a configuration: a file by its path, or a value of the same shape.
 *
 * @throws ConfigError with everything that is wrong with it, and what to write instead
 */
export const loadConfig = async (config: string | GatewayConfig, options: LoadOptions = {}): Promise<LoadedConfig> =>
  new ConfigLoader(options).load(config)

let compiled: Validator | undefined

/** How long the gateway waits unless it is told otherwise: a head takes one packet or a few, a body as long as the line of a large one. */
export const PATIENCE = { headMs: 30_000, requestMs: 300_000, lookMs: 1000, closeMs: 2000 }

/** Reads configurations that are served one after the other: the code of their plugins is loaded once. */
export class ConfigLoader {
  readonly #env: NodeJS.ProcessEnv
  readonly #directory: string
  readonly #inEveryChain: readonly string[]
  readonly #patience: Settings['patience']
  readonly #plugins: PluginLoader
  readonly #reading: (file: string) => void

  /**
   * `reading` is told of each file of a configuration before it is read.
   *
   * @throws TypeError for objects that cannot be plugins, together or each by itself
   */
  constructor(options: LoadOptions, reading: (file: string) => void = () => {}) {
    const { env = process.env, directory = '.', inEveryChain = ['origin'], patience, ...plugins } = options
    this.#env = env
    this.#directory = resolve(directory)
    this.#inEveryChain = inEveryChain
    this.#patience = { ...PATIENCE, ...patience }
    this.#plugins = new PluginLoader(plugins)
    this.#reading = reading
  }

  /**
   * `given` are the texts of its files where they were read before.
   *
   * @throws ConfigError with everything that is wrong with it, and what to write instead
   */
  async load(config: string | GatewayConfig | RawConfig, given?: ReadTexts): Promise<LoadedConfig> {
    const file = typeof config === 'string' ? config : undefined
    const directory = file === undefined ? this.#directory : dirname(resolve(file))
    const reading = new ConfigReading(this.#reading, given)
    const read = (name: string): string => reading.read(name)
    const document =
      typeof config === 'string'
        ? parseConfig(readText(config, read), { env: this.#env, file: config, read })
        : valueDocument(config)
    const raw = baseConfig(document)
    const settings = await this.#settings(raw, document, directory, read)
    return { file, directory, source: document, settings, raw, texts: reading.texts }
  }

  /** Names of the configuration's plugins whose code is no longer what was loaded. */
  async changedPlugins({ settings, directory }: LoadedConfig): Promise<readonly string[]> {
    const { inEveryChain, filters, routes } = settings
    const entries = [...inEveryChain, ...filters, ...routes.flatMap(route => route.filters)]
    const changed: string[] = []
    for (const name of new Set(entries.map(entry => entry.name))) {
      if (await this.#plugins.hasChanged(name, directory)) changed.push(name)
    }
    return changed
  }

  async #settings(
    raw: RawConfig,
    document: ConfigDocument,
    directory: string,
    readFile: (file: string) => string
  ): Promise<Settings> {
    const reader = new EntryReader(document, name => this.#plugins.load(name, directory))
    const inEveryChain = await reader.unwritten(this.#inEveryChain)
    const filters = await reader.list(raw.filters, 'global', ['filters'])
    const tls = new TlsReader(directory, readFile)
    const listen = { ...raw.listen, tls: tls.read(raw.listen.tls, ['listen', 'tls']) }
    const routes = []
    for (const [i, route] of raw.routes.entries()) {
      const own = await reader.list(route.filters, route.name, ['routes', i, 'filters'])
      const material = tls.read(route.upstream.tls, ['routes', i, 'upstream', 'tls'])
      routes.push(routeSettings(route, i, own, raw.publicUrl, material))
    }
    const settings = { ...settingsOf(raw), listen, patience: this.#patience, inEveryChain, filters, routes }
    const read = [...reader.findings, ...tls.findings]
    const findings = read.length > 0 ? read : checkChains(settings)
    if (findings.length > 0) throw configError(document, once(findings))
    return settings
  }
}

const checkChains = (settings: Settings): Finding[] => {
  const { inEveryChain, filters, routes } = settings
  const all = [...filters, ...routes.flatMap(route => route.filters)]
  const chains = [chainEntries(settings), ...routes.map(route => chainEntries(settings, route.filters))]
  return chains.flatMap(chain => [...checkFacts(chain, all), ...checkOrder(chain, inEveryChain)])
}

const readText = (file: string, read: (file: string) => string): string => {
  try {
    return read(resolve(file))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`
    const issue: ConfigIssue = { file, line: 1, column: 1, path: '', message, advice: 'Check the path.' }
    throw new ConfigError([issue], { cause: error })
  }
}

const baseConfig = (document: ConfigDocument): RawConfig => {
  const value = withUpstreamMaps(document.value)
  const findings = validate((compiled ??= compileSchema(baseSchema)), value, [], document)
  if (findings.length > 0) throw configError(document, findings)
  const raw = value as RawConfig
  const more = [...checkRoutes(raw), ...checkProxies(raw), ...checkLimits(raw), ...checkWorkers(raw)]
  if (more.length > 0) throw configError(document, more)
  return raw
}

/** `upstream: URL` is short for `upstream: { url: URL }`. */
const withUpstreamMaps = (value: unknown): unknown => {
  const { routes } = value as { routes?: unknown }
  if (!Array.isArray(routes)) return value
  const mapped = routes.map((route: unknown) => {
    if (typeof route !== 'object' || route === null) return route
    const { upstream } = route as { upstream?: unknown }
    return typeof upstream === 'string' ? { ...route, upstream: { url: upstream } } : route
  })
  return { ...(value as object), routes: mapped }
}

const checkProxies = ({ trustedProxies: proxies }: RawConfig): Finding[] =>
  proxies.flatMap((proxy, i) => {
    try {
      trustedProxies([proxy])
      return []
    } catch (error) {
      return [{ path: ['trustedProxies', i], message: (error as Error).message, advice: 'For example: 10.0.0.0/8.' }]
    }
  })

/** A global filter's fault shows in every chain; it is one fault. */
const once = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map(finding => [JSON.stringify(finding), finding])).values()
]

const settingsOf = (raw: RawConfig): Omit<Settings, 'listen' | 'patience' | 'inEveryChain' | 'filters' | 'routes'> => ({
  publicUrl: canonical(raw.publicUrl),
  admin: raw.admin,
  workers: workerCount(raw),
  trustedProxies: raw.trustedProxies,
  sealing: raw.sealing,
  limits: {
    headerBytes: sizeBytes(raw.limits.headerBytes),
    mcpBodyBytes: sizeBytes(raw.limits.mcpBodyBytes),
    mcpResultBytes: sizeBytes(raw.limits.mcpResultBytes)
  },
  shutdown: { delayMs: durationMs(raw.shutdown.delay), graceMs: durationMs(raw.shutdown.grace) }
})
