import { createServer } from '../http/node-http.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@sluice/plugin-api'
import { configError } from '../config/issue.ts'
import type { LoadedConfig, LoadOptions } from '../config/load.ts'
import type { Address } from '../config/settings.ts'
import { listenError } from '../gateway/listen-error.ts'
import { listenOn, originOf, stopServer } from '../gateway/listening.ts'
import type { ParentLogger } from '../gateway/services.ts'
import type { Prepared, Serving } from '../gateway/serving.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import { WorkerMetrics } from '../metrics/worker-metrics.ts'
import type { SingletonHost } from '../singletons.ts'
import { Backoff } from './backoff.ts'
import { PoolReadiness } from './pool-readiness.ts'
import { type Duties, perform } from './duties.ts'
import { Heartbeat } from './heartbeat.ts'
import { WorkerHandle } from './worker-handle.ts'
import type { LogLevel, ToWorker } from './messages.ts'

/** Milliseconds in which a worker makes a configuration ready; compiling 10,000 routes takes one of them a second. */
const PREPARE_MS = 60_000
/** Milliseconds for what takes a turn of the event loop. One that takes longer is stuck, and replaced. */
const AT_ONCE_MS = 5000
/** Milliseconds that a replacement waits for what its filters need, such as keys, before it listens all the same. */
const READY_MS = 5000
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** What the main thread has for its workers. */
export interface PoolServices {
  readonly log: ParentLogger
  readonly metrics: MetricRegistry
  readonly singletons: SingletonHost
  readonly ownSecret: string
}

/**
 * Serves in several threads, which listen on one port: the kernel spreads the connections over them (`SO_REUSEPORT`). One
 * that ends is replaced; its connections end with it, and those of the others do not notice.
 */
export class WorkerPool implements Serving {
  readonly readiness = new PoolReadiness(() => this.#places)
  readonly #options: LoadOptions
  readonly #services: PoolServices
  readonly #refuseWhenClosing: () => void
  readonly #metrics: WorkerMetrics
  readonly #levels: readonly LogLevel[]
  readonly #backoffs: readonly Backoff[]
  readonly #heartbeat = new Heartbeat()
  readonly #ending = new AbortController()
  /** Those that take part in reloads, by their places. */
  readonly #places: (WorkerHandle | undefined)[]
  /** All that are alive. */
  readonly #alive = new Set<WorkerHandle>()
  #started = 0
  #current: LoadedConfig | undefined
  #address: Address | undefined
  #url = ''

  constructor(
    { settings: { workers }, source }: LoadedConfig,
    { plugins = [], env, ...options }: LoadOptions,
    services: PoolServices,
    refuseWhenClosing: () => void
  ) {
    if (plugins.length > 0) {
      const message = 'plugins that are objects of the program run in its own thread only'
      const advice = 'Leave workers out, or let the configuration name them by package or file.'
      throw configError(source, [{ path: ['workers'], message, advice }])
    }
    this.#options = { ...options, ...(env !== undefined && { env: { ...env } }) }
    this.#services = services
    this.#refuseWhenClosing = refuseWhenClosing
    this.#places = Array.from({ length: workers }, () => undefined)
    this.#backoffs = this.#places.map(() => new Backoff())
    this.#levels = LEVELS.filter(level => services.log.isLevelEnabled?.(level) ?? true)
    this.#metrics = new WorkerMetrics(services.metrics.ownedBy({ name: 'workers', labels: {}, log: services.log }))
  }

  get url(): string {
    return this.#url
  }

  async prepare(config: LoadedConfig): Promise<Prepared> {
    if (this.#current === undefined) for (const i of this.#places.keys()) this.#places[i] = this.#start(i + 1)
    const workers = this.#workers()
    // While all places wait for another, one tries what none would: a configuration that nobody has made is not taken over.
    const trial = workers.length === 0 ? this.#start(1) : undefined
    const asked = trial === undefined ? workers : [trial]
    const discard = async (): Promise<void> => {
      await Promise.allSettled(workers.map(worker => worker.ask({ kind: 'discard' }, PREPARE_MS)))
      await trial?.end()
    }
    try {
      // All of them, so that none is still at it when the others let go.
      const prepared = await Promise.allSettled(asked.map(worker => worker.ask(preparing(config), PREPARE_MS)))
      const failed = prepared.find(({ status }) => status === 'rejected')
      if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
      this.#refuseWhenClosing()
    } catch (error) {
      await discard()
      throw error
    }
    const takeOver = async (): Promise<void> => {
      await this.#takeOver(config, workers)
      await trial?.end()
    }
    return { discard, takeOver }
  }

  async listen(config: LoadedConfig): Promise<void> {
    const { host, tls } = config.settings.listen
    const url = await freeOrigin(config.settings.listen).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, 'listen', config)
    })
    this.#url = tls === undefined ? url : url.replace('http:', 'https:')
    this.#address = { host, port: Number(url.slice(url.lastIndexOf(':') + 1)) }
    const workers = this.#workers()
    await Promise.all(workers.map(worker => this.#listen(worker)))
    for (const worker of workers) this.#watch(worker)
    this.#metrics.watch(() => this.#workers())
    this.#heartbeat.watch(
      () => this.#workers(),
      worker => void this.#endStuck(worker)
    )
  }

  async drain(graceMs: number): Promise<void> {
    this.#ending.abort()
    this.#heartbeat.stop()
    await this.#all({ kind: 'drain', graceMs }, graceMs + AT_ONCE_MS)
  }

  async close(withinMs: number): Promise<void> {
    this.#ending.abort()
    this.#heartbeat.stop()
    this.#metrics.stop()
    await this.#all({ kind: 'close', withinMs }, withinMs + AT_ONCE_MS)
    await Promise.all(Array.from(this.#alive, worker => worker.end()))
  }

  /** Whoever cannot follow is ended, and begins again under the new configuration: none serves an older one. */
  async #takeOver(config: LoadedConfig, workers: readonly WorkerHandle[]): Promise<void> {
    const first = this.#current === undefined
    this.#current = config
    const following = workers.map(async worker => {
      try {
        await worker.ask({ kind: 'take over' }, AT_ONCE_MS)
      } catch (error) {
        if (first) throw error
        this.#logOf(worker).error(
          { err: error },
          'a worker does not take the configuration over: another takes its place'
        )
        await worker.end()
      }
    })
    const later = this.#workers().filter(worker => !workers.includes(worker))
    await Promise.all([...following, ...later.map(worker => worker.end())])
  }

  async #endStuck(worker: WorkerHandle): Promise<void> {
    this.#logOf(worker).error({}, 'a worker is stuck: its event loop has stood still for ten seconds')
    await worker.end()
  }

  async #listen(worker: WorkerHandle): Promise<void> {
    await worker.ask({ kind: 'listen', address: this.#address! }, AT_ONCE_MS)
    worker.serves = true
    this.#changed()
  }

  /** Puts another in its place once it ends. */
  #watch(worker: WorkerHandle): void {
    const since = performance.now()
    void worker.ended.then(reason => {
      if (this.#ending.signal.aborted) return
      this.#logOf(worker).error({ err: reason }, 'a worker has ended: another takes its place')
      void this.#replace(worker.place, performance.now() - since)
    })
  }

  async #replace(place: number, livedMs: number): Promise<void> {
    const backoff = this.#backoffs[place - 1]!
    let waitMs = backoff.next(livedMs)
    for (;;) {
      this.#places[place - 1] = undefined
      this.#changed()
      await sleep(waitMs, undefined, { signal: this.#ending.signal }).catch(() => {})
      if (this.#ending.signal.aborted) return
      let worker: WorkerHandle | undefined
      try {
        // That throws where the system gives no thread.
        worker = this.#start(place)
        this.#metrics.restarted()
        return await this.#join(worker)
      } catch (error) {
        if (this.#ending.signal.aborted) return
        this.#logOf({ place }).error({ err: error }, 'a worker could not begin: another one tries')
        await worker?.end()
      }
      waitMs = backoff.next(0)
    }
  }

  async #join(worker: WorkerHandle): Promise<void> {
    let config: LoadedConfig
    do {
      config = this.#current!
      await worker.ask(preparing(config), PREPARE_MS)
      await worker.ask({ kind: 'take over' }, AT_ONCE_MS)
    } while (config !== this.#current)
    // In the same turn: from here on it takes part in reloads.
    this.#places[worker.place - 1] = worker
    await worker.readyWithin(READY_MS)
    if (this.#ending.signal.aborted) return
    await this.#listen(worker)
    this.#logOf(worker).info({}, 'the worker serves')
    this.#watch(worker)
    this.#services.singletons.sweep()
  }

  #start(place: number): WorkerHandle {
    const start = {
      worker: ++this.#started,
      workers: this.#places.length,
      options: this.#options,
      ownSecret: this.#services.ownSecret,
      levels: this.#levels
    }
    const { singletons, metrics, log } = this.#services
    const duties: Duties = { log: log.child({ worker: place }), metrics, singletons: singletons.of(start.worker) }
    const worker = new WorkerHandle(place, start, message => perform(message, start.worker, duties), {
      changed: () => this.#changed(),
      refused: error => duties.log.error({ err: error }, 'what a worker has told cannot be taken, and is left out')
    })
    this.#alive.add(worker)
    void worker.ended.then(() => {
      this.#alive.delete(worker)
      metrics.retire(worker.number)
      singletons.retire(worker.number)
    })
    return worker
  }

  async #all(message: ToWorker, withinMs: number): Promise<void> {
    await Promise.all(
      this.#workers().map(async worker => {
        try {
          await worker.ask(message, withinMs)
        } catch (error) {
          this.#logOf(worker).warn({ err: error }, `a worker did not ${message.kind}`)
          await worker.end()
        }
      })
    )
  }

  #workers(): WorkerHandle[] {
    return this.#places.filter(worker => worker !== undefined)
  }

  #changed(): void {
    this.readiness.changed()
    this.#metrics.show(this.#workers().filter(({ serves }) => serves).length)
  }

  #logOf({ place }: { readonly place: number }): Logger {
    return this.#services.log.child({ worker: place })
  }
}

const preparing = ({ file, raw, texts }: LoadedConfig): ToWorker => ({ kind: 'prepare', source: file ?? raw, texts })

/**
 * The origin that the workers will have. Listening for a moment without sharing the port tells whether somebody has it
 * already, another gateway with workers included: with them the kernel would let this one share it.
 */
const freeOrigin = async ({ host, port }: Address): Promise<string> => {
  const server = createServer()
  await listenOn(server, { host, port })
  const origin = originOf(server)
  await stopServer(server)
  return origin
}
