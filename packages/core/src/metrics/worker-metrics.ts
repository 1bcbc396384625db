import type { Counter, Gauge, Metrics } from '@sluice/plugin-api'
import { catalogue, labelsOf } from './catalogue.ts'

const EVERY_MS = 15_000

/** A worker whose work is measured. */
export interface MeasuredWorker {
  readonly place: number
  /** Share of the time, since this was asked last, in which it had something to do. */
  utilization(): number
}

/** How many workers serve, how often one was replaced, and how busy they are. */
export class WorkerMetrics {
  readonly #serving: Gauge
  readonly #restarts: Counter
  readonly #utilization: (worker: number) => Gauge
  #timer: NodeJS.Timeout | undefined

  constructor(metrics: Metrics) {
    const { workers, workerRestarts, workerUtilization: busy } = catalogue
    const utilization = metrics.gauge(busy.name, busy.help, labelsOf(busy))
    this.#serving = metrics.gauge(workers.name, workers.help).series()
    this.#restarts = metrics.counter(workerRestarts.name, workerRestarts.help).series()
    this.#utilization = worker => utilization.series(String(worker))
  }

  show(serving: number): void {
    this.#serving.set(serving)
  }

  restarted(): void {
    this.#restarts.add()
  }

  /** Measures from now on. */
  watch(workers: () => readonly MeasuredWorker[]): void {
    this.#timer = setInterval(() => {
      for (const worker of workers()) this.#utilization(worker.place).set(worker.utilization())
    }, EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
