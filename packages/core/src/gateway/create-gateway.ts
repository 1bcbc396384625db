import { setTimeout as sleep } from 'node:timers/promises'
import { MetricRegistry } from '../metrics/metric-registry.ts'
import { ReadinessBoard } from '../admin/readiness.ts'
import { showBuild } from '../metrics/build-info.ts'
import { ReloadMetrics } from '../metrics/reload-metrics.ts'
import { type ConfigChanges, configChanges, refuseFixedChanges } from '../config/changes.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { ConfigError, formatIssue } from '../config/issue.ts'
import { ConfigLoader, type LoadedConfig } from '../config/load.ts'
import { durationMs, isDuration } from '../config/units.ts'
import type { CloseOptions, Gateway, GatewayAddresses, GatewayOptions } from './gateway.ts'
import { ConfigFiles } from './config-files.ts'
import { Listeners } from './listeners.ts'
import { RequestHandler } from './request-handler.ts'
import { newServices, type Services } from './services.ts'
import { silentLog } from './silent-log.ts'
import type { Site } from './site.ts'
import { compileSite } from './site-maker.ts'
import { Sites } from './sites.ts'

/**
 * Makes a gateway of a configuration: a file by its path, or a value of the same shape. Nothing is read and nothing listens
 * until it starts.
 *
 * @example
 * ```ts
 * const gateway = createGateway('sluice.yaml', { plugins: [businessHours] })
 * const { url } = await gateway.start()
 * await gateway.reload()
 * await gateway.close()
 * ```
 *
 * @throws TypeError for objects that cannot be plugins, together or each by itself
 */
export const createGateway = (config: string | GatewayConfig, options: GatewayOptions = {}): Gateway =>
  new ReloadingGateway(config, options)

/** What a gateway that has started consists of. */
interface Serving {
  readonly addresses: GatewayAddresses
  readonly listeners: Listeners
  readonly sites: Sites
  config: LoadedConfig
}

class ReloadingGateway implements Gateway {
  #source: string | GatewayConfig
  readonly #loader: ConfigLoader
  readonly #services: Services
  readonly #readiness = new ReadinessBoard()
  readonly #reloads: ReloadMetrics
  readonly #files: ConfigFiles
  #starting: Promise<GatewayAddresses> | undefined
  #serving: Serving | undefined
  #closing: Promise<void> | undefined
  /** Settles with the last reload: one at a time. */
  #reloading: Promise<unknown> = Promise.resolve()

  constructor(source: string | GatewayConfig, { log = silentLog, metrics, changed, ...options }: GatewayOptions) {
    this.#source = source
    this.#services = newServices(log, new MetricRegistry(metrics), options.patience?.lookMs)
    this.#files = new ConfigFiles(this.#services.files, changed, log)
    this.#loader = new ConfigLoader(options, file => this.#files.follow(file))
    const own = this.#services.metrics.ownedBy({ name: 'gateway', labels: {}, log })
    showBuild(own)
    this.#reloads = new ReloadMetrics(own)
  }

  get url(): string {
    return this.#running().addresses.url
  }

  get adminUrl(): string {
    return this.#running().addresses.adminUrl
  }

  get config(): LoadedConfig {
    return this.#running().config
  }

  get ready(): boolean {
    return this.#readiness.ready
  }

  start(): Promise<GatewayAddresses> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#files.close()
      this.#services.metrics.close()
      throw error
    })
    return this.#starting
  }

  reload(source?: string | GatewayConfig): Promise<ConfigChanges> {
    const reload = this.#reloading.then(() => this.#reload(source))
    this.#reloading = reload.catch(() => {})
    return reload
  }

  async close({ delay, grace }: CloseOptions = {}): Promise<void> {
    const given = { delayMs: optionalMs('delay', delay), graceMs: optionalMs('grace', grace) }
    this.#closing ??= this.#close(given)
    return this.#closing
  }

  async #start(): Promise<GatewayAddresses> {
    this.#refuseWhenClosing()
    const { log, metrics } = this.#services
    this.#files.begin()
    const config = await this.#loader.load(this.#source)
    const site = await this.#compile(config)
    const handler = new RequestHandler(site, this.#services)
    const listeners = new Listeners({ handler, metrics, readiness: this.#readiness, log }, config.settings)
    try {
      await listeners.open(config)
    } catch (error) {
      await site.close()
      throw error
    }
    handler.deadlines.watch(config.settings.patience.lookMs)
    this.#readiness.show(site.readinesses)
    const addresses = listeners.addresses()
    this.#serving = { addresses, listeners, sites: new Sites(handler), config }
    this.#reloads.succeeded()
    return addresses
  }

  async #reload(source: string | GatewayConfig = this.#source): Promise<ConfigChanges> {
    await this.#starting
    const serving = this.#running()
    this.#refuseWhenClosing()
    const changes = await this.#takeOver(source, serving).catch((error: unknown) => {
      this.#reloads.failed()
      this.#services.log.error(reasonOf(error), 'the configuration could not be reloaded: the one before stays')
      throw error
    })
    this.#reloads.succeeded()
    this.#services.log.info({ config: this.config.file, ...changes }, 'the configuration was reloaded')
    await this.#tellOfChangedCode()
    return changes
  }

  async #tellOfChangedCode(): Promise<void> {
    for (const plugin of await this.#loader.changedPlugins(this.config)) {
      this.#services.log.warn({ plugin }, 'the code of the plugin has changed since it was loaded: restart to run it')
    }
  }

  async #takeOver(source: string | GatewayConfig, serving: Serving): Promise<ConfigChanges> {
    const before = serving.config
    this.#files.begin()
    const config = await this.#loader.load(source)
    refuseFixedChanges(before, config)
    const site = await this.#compile(config)
    try {
      serving.listeners.renew(config.settings)
    } catch (error) {
      await site.close()
      throw error
    }
    serving.sites.swap(site)
    serving.config = config
    this.#readiness.show(site.readinesses)
    this.#source = source
    return configChanges(before.raw, config.raw)
  }

  async #compile(config: LoadedConfig): Promise<Site> {
    const site = await compileSite(config, this.#services)
    try {
      this.#refuseWhenClosing()
      await site.start()
      this.#refuseWhenClosing()
      return site
    } catch (error) {
      await site.close()
      throw error
    }
  }

  async #close(given: { delayMs: number | undefined; graceMs: number | undefined }): Promise<void> {
    this.#readiness.drain()
    this.#files.close()
    // What failed there has let go of everything, and told its caller.
    await this.#starting?.catch(() => {})
    if (this.#serving !== undefined) await this.#drain(this.#serving, given)
    this.#services.metrics.close()
  }

  async #drain(
    { config, listeners, sites }: Serving,
    given: { delayMs: number | undefined; graceMs: number | undefined }
  ): Promise<void> {
    const { shutdown, patience } = config.settings
    const graceMs = given.graceMs ?? shutdown.graceMs
    await sleep(given.delayMs ?? shutdown.delayMs)
    const drainedFrom = performance.now()
    await listeners.drain(graceMs)
    await this.#reloading
    const leftMs = graceMs - (performance.now() - drainedFrom)
    await sites.close(Math.max(leftMs, patience.closeMs))
    await listeners.closeAdmin()
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw new Error('The gateway is closed, or closing')
  }

  #running(): Serving {
    if (this.#serving === undefined) throw new Error('The gateway has not started')
    return this.#serving
  }
}

const optionalMs = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (isDuration(text)) return durationMs(text)
  throw new TypeError(`${name}: "${text}" is no duration, such as 500ms, 30s, 5m or 1h`)
}

const reasonOf = (error: unknown): object =>
  error instanceof ConfigError ? { issues: error.issues.map(formatIssue) } : { err: error }
