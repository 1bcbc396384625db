/**
 * Takes metrics by name; the same name gives the same metric. Label values are bound when the series is taken, not when
 * it is recorded, so that recording costs an addition. One filter has up to 1000 series of a metric: whatever else it
 * takes is one series, whose values are `other`; a value longer than 256 characters is `other`, too.
 *
 * @throws Error for a name or label that Prometheus does not take, a metric that exists in another form, a number of
 * values that is not that of the labels
 */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): { series(...values: readonly string[]): Counter }
  gauge(name: string, help: string, labels?: readonly string[]): { series(...values: readonly string[]): Gauge }
  /** Bucket bounds ascend, in the metric's unit. */
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly string[]
  ): { series(...values: readonly string[]): Histogram }
}

export interface Counter {
  /** Adds `n`, 1 by default; nothing if that is below 0 or NaN. */
  add(n?: number): void
}

export interface Gauge {
  set(n: number): void
}

export interface Histogram {
  /** Takes a value in the metric's unit; NaN is dropped. */
  observe(n: number): void
}
