/**
 * Takes metrics by name; the same name gives the same metric. Label values are bound when the series is taken, not when
 * it is recorded, so that recording costs an addition.
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
  /** Adds `n`, 1 by default. */
  add(n?: number): void
}

export interface Gauge {
  set(n: number): void
}

export interface Histogram {
  observe(n: number): void
}
