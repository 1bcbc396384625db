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
  /** `aggregator` says what the gauge of several workers comes to. Default: sum. */
  gauge(
    name: string,
    help: string,
    labels?: readonly string[],
    aggregator?: Aggregator
  ): { series(...values: readonly string[]): Gauge }
  /** Bucket bounds ascend, in the metric's unit. */
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly string[]
  ): { series(...values: readonly string[]): Histogram }
  /** All metrics of the gateway, whoever records them, as they stand: for a filter that sends them elsewhere, now and then. */
  read(): readonly MetricReading[]
}

/** What a gauge of which each worker of the process has one comes to; NaN of one does not count. */
export type Aggregator = 'sum' | 'min' | 'max'

/** What a metric says. */
export interface MetricReading {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** Names of the labels. */
  readonly labels: readonly string[]
  /** Upper bounds of a histogram's buckets, ascending; empty for others. */
  readonly buckets: readonly number[]
  readonly series: readonly SeriesReading[]
}

/** What one series of a metric says. */
export interface SeriesReading {
  /** Values of the labels, in their order. */
  readonly values: readonly string[]
  /** The number; of a histogram the sum of all that was observed. */
  readonly value: number
  /** Of a histogram: what fell into each bucket and into no smaller one, and last what fell into none. */
  readonly counts: readonly number[]
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
