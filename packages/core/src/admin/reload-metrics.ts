import type { Metrics } from '@sluice/plugin-api'

/** How the last attempt to take a configuration over went, under the names that Prometheus has for its own. */
export class ReloadMetrics {
  readonly #successful: { set(n: number): void }
  readonly #succeededAt: { set(n: number): void }

  constructor(metrics: Metrics) {
    this.#successful = metrics
      .gauge('sluice_config_last_reload_successful', 'Whether the last attempt to load the configuration succeeded.')
      .series()
    this.#succeededAt = metrics
      .gauge(
        'sluice_config_last_reload_success_timestamp_seconds',
        'When the configuration that is served was loaded, in seconds since 1970.'
      )
      .series()
  }

  succeeded(): void {
    this.#successful.set(1)
    this.#succeededAt.set(Date.now() / 1000)
  }

  failed(): void {
    this.#successful.set(0)
  }
}
