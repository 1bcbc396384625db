import type { Gauge, Metrics } from '@sluice/plugin-api'
import { catalogue } from './catalogue.ts'

/** How the last attempt to take a configuration over went, under the names that Prometheus has for its own. */
export class ReloadMetrics {
  readonly #successful: Gauge
  readonly #succeededAt: Gauge

  constructor(metrics: Metrics) {
    const { reloadSuccessful, reloadedAt } = catalogue
    this.#successful = metrics.gauge(reloadSuccessful.name, reloadSuccessful.help).series()
    this.#succeededAt = metrics.gauge(reloadedAt.name, reloadedAt.help).series()
  }

  succeeded(): void {
    this.#successful.set(1)
    this.#succeededAt.set(Date.now() / 1000)
  }

  failed(): void {
    this.#successful.set(0)
  }
}
