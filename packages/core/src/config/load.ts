import { readFile } from 'node:fs/promises'
import { trustedProxies } from '../http/client-address.ts'
import { PluginLoader } from '../plugins/load.ts'
import { baseSchema } from './base-schema.ts'
import { chainEntries, checkOrder } from './chain-entries.ts'
import { type ConfigDocument, parseConfig } from './document.ts'
import { EntryReader } from './entries.ts'
import { checkFacts } from './facts-check.ts'
import { configError, ConfigError, type ConfigIssue, type ConfigSource, type Finding } from './issue.ts'
import type { RawConfig } from './raw.ts'
import { canonical, checkRoutes, routeSettings } from './routes.ts'
import type { Settings } from './settings.ts'
import { checkLimits } from './limits.ts'
import { durationMs, sizeBytes } from './units.ts'
import { compileSchema, validate, type Validator } from './validate.ts'

/** A configuration that was read, validated, and whose plugins are loaded; no filter is made yet. */
export interface LoadedConfig {
  readonly file: string
  readonly settings: Settings
  readonly source: ConfigSource
  /** The file as it fits the base schema: substitutions made, defaults filled in, durations and sizes as they are written. */
  readonly raw: RawConfig
}

export interface LoadOptions {
  /** What `${NAME}` refers to. */
  readonly env: NodeJS.ProcessEnv
  /** File URLs from which plugin packages are looked up, in order, after the configuration file itself. */
  readonly pluginBases: readonly string[]
  /** Names of filters that no chain goes without: put, with their defaults, in front of each that has none. */
  readonly inEveryChain: readonly string[]
  /** Package names of the plugins that come with the command, for suggestions. */
  readonly builtins?: readonly string[]
}

let compiled: Validator | undefined

/**
 * Reads a configuration file.
 *
 * @throws ConfigError with everything that is wrong with it, and what to write instead
 */
export const loadConfig = async (file: string, options: LoadOptions): Promise<LoadedConfig> => {
  const document = parseConfig(await readText(file), { env: options.env, file })
  const raw = baseConfig(document)
  const reader = new EntryReader(document, new PluginLoader(file, options.pluginBases, options.builtins ?? []))
  const inEveryChain = await reader.unwritten(options.inEveryChain)
  const filters = await reader.list(raw.filters, 'global', ['filters'])
  const routes = []
  for (const [i, route] of raw.routes.entries()) {
    const own = await reader.list(route.filters, route.name, ['routes', i, 'filters'])
    routes.push(routeSettings(route, i, own, raw.publicUrl))
  }
  const settings = { ...settingsOf(raw), inEveryChain, filters, routes }
  const findings = reader.findings.length > 0 ? reader.findings : checkChains(settings)
  if (findings.length > 0) throw configError(document, once(findings))
  return { file, source: document, settings, raw }
}

const checkChains = (settings: Settings): Finding[] => {
  const { inEveryChain, filters, routes } = settings
  const all = [...filters, ...routes.flatMap(route => route.filters)]
  const chains = [chainEntries(settings), ...routes.map(route => chainEntries(settings, route.filters))]
  return chains.flatMap(chain => [...checkFacts(chain, all), ...checkOrder(chain, inEveryChain)])
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`
    const issue: ConfigIssue = { file, line: 1, column: 1, path: '', message, advice: 'Name it with --config FILE.' }
    throw new ConfigError([issue], { cause: error })
  }
}

const baseConfig = (document: ConfigDocument): RawConfig => {
  const value = withUpstreamMaps(document.value)
  const findings = validate((compiled ??= compileSchema(baseSchema)), value, [], document)
  if (findings.length > 0) throw configError(document, findings)
  const raw = value as RawConfig
  const more = [...checkRoutes(raw), ...checkProxies(raw), ...checkLimits(raw)]
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

/** A head takes one packet or a few, a body as long as the line of a large one. */
const PATIENCE = { headMs: 30_000, requestMs: 300_000 }

const settingsOf = (raw: RawConfig): Omit<Settings, 'inEveryChain' | 'filters' | 'routes'> => ({
  publicUrl: canonical(raw.publicUrl),
  listen: raw.listen,
  admin: raw.admin,
  trustedProxies: raw.trustedProxies,
  limits: {
    headerBytes: sizeBytes(raw.limits.headerBytes),
    mcpBodyBytes: sizeBytes(raw.limits.mcpBodyBytes),
    mcpResultBytes: sizeBytes(raw.limits.mcpResultBytes)
  },
  patience: PATIENCE,
  shutdown: { delayMs: durationMs(raw.shutdown.delay), graceMs: durationMs(raw.shutdown.grace) }
})
