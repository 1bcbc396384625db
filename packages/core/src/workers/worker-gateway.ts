import { ReadinessBoard } from '../admin/readiness.ts'
import { ConfigLoader, PATIENCE } from '../config/load.ts'
import { FileWatch } from '../files/file-watch.ts'
import { declaredMetrics, newServices } from '../gateway/services.ts'
import type { Prepared } from '../gateway/serving.ts'
import { ThreadServing } from '../gateway/thread-serving.ts'
import { MetricRegistry } from '../metrics/metric-registry.ts'
import { Channel, type Port } from './channel.ts'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'
import { threadLog } from './thread-log.ts'

/** A gateway in a thread of its own, without an admin listener: it does what the main thread asks. */
export class WorkerGateway {
  readonly #loader: ConfigLoader
  readonly #serving: ThreadServing
  #prepared: Prepared | undefined
  /** Settles with the last configuration that was prepared, taken over or discarded: one after the other. */
  #order: Promise<unknown> = Promise.resolve()

  constructor(port: Port, { workers, options, ownSecret, levels }: WorkerStart) {
    const refused = (error: unknown): void => log.error({ err: error }, 'news of the main thread could not be taken')
    const channel = new Channel<FromWorker, ToWorker>(port, message => this.#do(message), refused)
    const tell = (message: FromWorker): void => channel.tell(message)
    const log = threadLog(tell, levels)
    const metrics = declaredMetrics(log, new MetricRegistry(undefined, made => tell({ kind: 'series', made })))
    const services = newServices({
      log,
      metrics,
      files: new FileWatch(options.patience?.lookMs ?? PATIENCE.lookMs),
      workers,
      singletons: {
        hold: (which, given) => tell({ kind: 'hold', which, options: given }),
        ask: (which, question) => channel.ask({ kind: 'ask', which, question }),
        release: which => tell({ kind: 'release', which })
      },
      ownSecret
    })
    const readiness = new ReadinessBoard(() => tell({ kind: 'readiness', lines: this.#serving.readiness.lines() }))
    this.#serving = new ThreadServing(services, readiness)
    this.#loader = new ConfigLoader(options)
  }

  #do(message: ToWorker): Promise<unknown> {
    switch (message.kind) {
      case 'prepare':
        return this.#inOrder(async () => {
          const config = await this.#loader.load(message.source, message.texts)
          this.#prepared = await this.#serving.prepare(config)
        })
      case 'take over':
        return this.#inOrder(async () => {
          await this.#prepared!.takeOver()
          this.#prepared = undefined
        })
      case 'discard':
        return this.#inOrder(async () => {
          await this.#prepared?.discard()
          this.#prepared = undefined
        })
      case 'listen':
        return this.#serving.listenAt(message.address, true)
      case 'ping':
        return Promise.resolve()
      case 'drain':
        return this.#serving.drain(message.graceMs)
      default:
        return this.#serving.close(message.withinMs)
    }
  }

  #inOrder(step: () => Promise<void>): Promise<void> {
    const done = this.#order.then(step)
    this.#order = done.catch(() => {})
    return done
  }
}
