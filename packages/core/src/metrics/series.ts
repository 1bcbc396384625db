import type { Counter, Gauge, Histogram, SeriesReading } from '@sluice/plugin-api'
import type { Cells } from './number-cells.ts'

/** One line of Prometheus' text format. */
export interface Sample {
  /** Appended to the metric's name. */
  readonly suffix: '' | '_bucket' | '_sum' | '_count'
  /** Upper bound of a bucket. */
  readonly le: string | undefined
  readonly value: number
}

/** One series of a metric: recording is an addition to a number in an array, reading is done when `/metrics` is scraped. */
export interface Series {
  /** Where its numbers are. */
  readonly cells: Cells
  samples(): Sample[]
  /** The number, and of a histogram the counts of its buckets. */
  reading(): Pick<SeriesReading, 'value' | 'counts'>
  /** Begins anew, if it counts. */
  reset(): void
}

const NO_COUNTS: readonly number[] = []

/** A series that is one number. */
class NumberSeries {
  protected readonly values: Float64Array
  protected readonly at: number

  constructor({ values, at }: Cells) {
    this.values = values
    this.at = at
  }

  get cells(): Cells {
    return { values: this.values, at: this.at }
  }

  samples(): Sample[] {
    return [{ suffix: '', le: undefined, value: this.values[this.at]! }]
  }

  reading() {
    return { value: this.values[this.at]!, counts: NO_COUNTS }
  }
}

export class CounterSeries extends NumberSeries implements Counter, Series {
  add(n = 1): void {
    // Not for NaN either.
    if (n > 0) this.values[this.at]! += n
  }

  reset(): void {
    this.values[this.at] = 0
  }
}

export class GaugeSeries extends NumberSeries implements Gauge, Series {
  set(n: number): void {
    this.values[this.at] = n
  }

  /** What is, is: nobody sets it again until it changes. */
  reset(): void {}
}

/** Its numbers: what fell into each bucket, what fell into none, and the sum. */
export class HistogramSeries implements Histogram, Series {
  readonly #bounds: readonly number[]
  readonly #values: Float64Array
  readonly #at: number
  readonly #sumAt: number

  constructor({ values, at }: Cells, bounds: readonly number[]) {
    this.#bounds = bounds
    this.#values = values
    this.#at = at
    this.#sumAt = at + bounds.length + 1
  }

  get cells(): Cells {
    return { values: this.#values, at: this.#at }
  }

  observe(n: number): void {
    if (Number.isNaN(n)) return
    const bounds = this.#bounds
    let bucket = 0
    while (bucket < bounds.length && n > bounds[bucket]!) bucket++
    this.#values[this.#at + bucket]!++
    this.#values[this.#sumAt]! += n
  }

  samples(): Sample[] {
    let count = 0
    const buckets = [...this.#bounds.map(String), '+Inf'].map((le, i): Sample => {
      count += this.#values[this.#at + i]!
      return { suffix: '_bucket', le, value: count }
    })
    return [
      ...buckets,
      { suffix: '_sum', le: undefined, value: this.#values[this.#sumAt]! },
      { suffix: '_count', le: undefined, value: count }
    ]
  }

  reading() {
    return { value: this.#values[this.#sumAt]!, counts: Array.from(this.#values.subarray(this.#at, this.#sumAt)) }
  }

  reset(): void {
    this.#values.fill(0, this.#at, this.#sumAt + 1)
  }
}
