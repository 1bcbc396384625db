import { setTimeout as sleep } from 'node:timers/promises'
import { AdminListener } from '../admin/admin-listener.ts'
import { ReadinessBoard } from '../admin/readiness.ts'
import { type ConfigChanges, configChanges, refuseFixedChanges } from '../config/changes.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { ConfigError, formatIssue } from '../config/issue.ts'
import { ConfigLoader, type LoadedConfig, type LoadOptions, PATIENCE } from '../config/load.ts'
import { durationMs, isDuration } from '../config/units.ts'
import { FileWatch } from '../files/file-watch.ts'
import { showBuild } from '../metrics/build-info.ts'
import { MetricRegistry } from '../metrics/metric-registry.ts'
import { ReloadMetrics } from '../metrics/reload-metrics.ts'
import { SingletonHost } from '../singletons.ts'
import { WorkerPool } from '../workers/worker-pool.ts'
import { ConfigFiles } from './config-files.ts'
import type { CloseOptions, Gateway, GatewayAddresses, GatewayOptions } from './gateway.ts'
import { declaredMetrics, newSecret, newServices, type ParentLogger } from './services.ts'
import type { Serving } from './serving.ts'
import { silentLog } from './silent-log.ts'
import { ThreadServing } from './thread-serving.ts'

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

/** A gateway that has started. */
interface Running {
  readonly addresses: GatewayAddresses
  readonly serving: Serving
  readonly admin: AdminListener
  config: LoadedConfig
}

class ReloadingGateway implements Gateway {
  #source: string | GatewayConfig
  readonly #options: LoadOptions
  readonly #loader: ConfigLoader
  readonly #log: ParentLogger
  readonly #metrics: MetricRegistry
  readonly #singletons: SingletonHost
  readonly #watch: FileWatch
  readonly #files: ConfigFiles
  readonly #reloads: ReloadMetrics
  #starting: Promise<GatewayAddresses> | undefined
  #serving: Serving | undefined
  #running: Running | undefined
  #closing: Promise<void> | undefined
  /** Settles with the last reload: one at a time. */
  #reloading: Promise<unknown> = Promise.resolve()

  constructor(source: string | GatewayConfig, { log = silentLog, metrics, changed, ...options }: GatewayOptions) {
    this.#source = source
    this.#options = options
    this.#log = log
    this.#metrics = declaredMetrics(log, new MetricRegistry(metrics))
    this.#singletons = new SingletonHost(this.#metrics, log)
    this.#watch = new FileWatch(options.patience?.lookMs ?? PATIENCE.lookMs)
    this.#files = new ConfigFiles(this.#watch, changed, log)
    this.#loader = new ConfigLoader(options, file => this.#files.follow(file))
    const own = this.#metrics.ownedBy({ name: 'gateway', labels: {}, log })
    showBuild(own)
    this.#reloads = new ReloadMetrics(own)
  }

  get url(): string {
    return this.#started().addresses.url
  }

  get adminUrl(): string {
    return this.#started().addresses.adminUrl
  }

  get config(): LoadedConfig {
    return this.#started().config
  }

  get ready(): boolean {
    return this.#running?.serving.readiness.ready === true
  }

  start(): Promise<GatewayAddresses> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#files.close()
      this.#metrics.close()
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
    this.#files.begin()
    const config = await this.#loader.load(this.#source)
    this.#singletons.learn(config.settings)
    const serving = this.#servingOf(config)
    this.#serving = serving
    const admin = new AdminListener(this.#metrics, serving.readiness)
    try {
      await (await serving.prepare(config)).takeOver()
      await serving.listen(config)
      await admin.open(config)
    } catch (error) {
      await serving.close(config.settings.patience.closeMs)
      await this.#singletons.close(config.settings.patience.closeMs)
      throw error
    }
    const addresses = { url: serving.url, adminUrl: admin.url }
    this.#running = { addresses, serving, admin, config }
    this.#reloads.succeeded()
    return addresses
  }

  #servingOf(config: LoadedConfig): Serving {
    const common = { log: this.#log, metrics: this.#metrics, ownSecret: newSecret() }
    const { workers } = config.settings
    const refuseWhenClosing = (): void => this.#refuseWhenClosing()
    if (workers > 1)
      return new WorkerPool(config, this.#options, { ...common, singletons: this.#singletons }, refuseWhenClosing)
    const singletons = this.#singletons.of(1)
    const services = newServices({ ...common, files: this.#watch, workers, singletons })
    return new ThreadServing(services, new ReadinessBoard(), refuseWhenClosing)
  }

  async #reload(source: string | GatewayConfig = this.#source): Promise<ConfigChanges> {
    await this.#starting
    const running = this.#started()
    this.#refuseWhenClosing()
    const changes = await this.#takeOver(source, running).catch((error: unknown) => {
      this.#reloads.failed()
      this.#log.error(reasonOf(error), 'the configuration could not be reloaded: the one before stays')
      throw error
    })
    this.#reloads.succeeded()
    this.#log.info({ config: this.config.file, ...changes }, 'the configuration was reloaded')
    await this.#tellOfChangedCode()
    return changes
  }

  async #tellOfChangedCode(): Promise<void> {
    for (const plugin of await this.#loader.changedPlugins(this.config)) {
      this.#log.warn({ plugin }, 'the code of the plugin has changed since it was loaded: restart to run it')
    }
  }

  async #takeOver(source: string | GatewayConfig, running: Running): Promise<ConfigChanges> {
    const { serving, config: before } = running
    this.#files.begin()
    const config = await this.#loader.load(source)
    refuseFixedChanges(before, config)
    this.#singletons.learn(config.settings)
    const prepared = await serving.prepare(config)
    await prepared.takeOver()
    running.config = config
    this.#source = source
    return configChanges(before.raw, config.raw)
  }

  async #close(given: { delayMs: number | undefined; graceMs: number | undefined }): Promise<void> {
    this.#serving?.readiness.drain()
    this.#files.close()
    // What failed there has let go of everything, and told its caller.
    await this.#starting?.catch(() => {})
    if (this.#running !== undefined) await this.#drain(this.#running, given)
    this.#metrics.close()
  }

  async #drain(
    { config, serving, admin }: Running,
    given: { delayMs: number | undefined; graceMs: number | undefined }
  ): Promise<void> {
    const { shutdown, patience } = config.settings
    const graceMs = given.graceMs ?? shutdown.graceMs
    await sleep(given.delayMs ?? shutdown.delayMs)
    const drainedFrom = performance.now()
    await serving.drain(graceMs)
    await this.#reloading
    const leftMs = (): number => Math.max(graceMs - (performance.now() - drainedFrom), patience.closeMs)
    await serving.close(leftMs())
    await this.#singletons.close(leftMs())
    await admin.close()
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw new Error('The gateway is closed, or closing')
  }

  #started(): Running {
    if (this.#running === undefined) throw new Error('The gateway has not started')
    return this.#running
  }
}

const optionalMs = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (isDuration(text)) return durationMs(text)
  throw new TypeError(`${name}: "${text}" is no duration, such as 500ms, 30s, 5m or 1h`)
}

const reasonOf = (error: unknown): object =>
  error instanceof ConfigError ? { issues: error.issues.map(formatIssue) } : { err: error }
