import type { Aggregator, Counter, Gauge, Histogram, Logger, MetricReading, Metrics } from '@sluice/plugin-api'
import type { MetricFamily } from './metric-family.ts'
import type { MetricForm } from './metric-form.ts'

/** Series that one owner may make of one metric. */
const MOST_SERIES = 1000
/** Characters of a label value. */
const LONGEST = 256
const OTHER = 'other'

type Taking<T> = (...values: readonly string[]) => T

/** Who takes series, and answers for how many. */
export interface SeriesOwner {
  /** The same after a reload. */
  readonly name: string
  /** Labels with the value that the owner has anyway, such as its route: it stays where others become `other`. */
  readonly labels: Readonly<Record<string, string>>
  readonly log: Logger
}

/** Where the metrics of all owners are. */
export interface MetricFamilies {
  family(form: MetricForm): MetricFamily
  read(): readonly MetricReading[]
}

/**
 * Metrics with an end: an owner's series beyond {@link MOST_SERIES} of a metric are all one, in which what could be
 * anything is `other`. Whatever is made into a label value, a gateway does not run out of memory over it.
 */
export class OwnedMetrics implements Metrics {
  readonly #families: MetricFamilies
  readonly #owner: SeriesOwner

  constructor(families: MetricFamilies, owner: SeriesOwner) {
    this.#families = families
    this.#owner = owner
  }

  counter(name: string, help: string, labels: readonly string[] = []) {
    return this.#take({ name, help, type: 'counter', labels, buckets: [] }) as { series: Taking<Counter> }
  }

  gauge(name: string, help: string, labels: readonly string[] = [], aggregator: Aggregator = 'sum') {
    return this.#take({ name, help, type: 'gauge', labels, buckets: [], aggregator }) as { series: Taking<Gauge> }
  }

  histogram(name: string, help: string, buckets: readonly number[], labels: readonly string[] = []) {
    return this.#take({ name, help, type: 'histogram', labels, buckets }) as { series: Taking<Histogram> }
  }

  read(): readonly MetricReading[] {
    return this.#families.read()
  }

  #take(form: MetricForm): { series: Taking<unknown> } {
    const family = this.#families.family({ ...form, labels: [...form.labels], buckets: [...form.buckets] })
    return { series: (...values) => this.#series(family, values) }
  }

  #series(family: MetricFamily, given: readonly string[]): unknown {
    const { name, labels } = family.form
    if (given.length !== labels.length)
      throw new Error(`The metric ${name} has the labels (${labels.join(', ')}), not ${given.length} values`)
    // A plugin in plain JavaScript may give a number.
    const values = given.map(String).map(bounded)
    const found = family.find(values)
    if (found !== undefined) return found
    const owner = this.#owner
    const asked = family.askedBy(owner.name)
    if (asked <= MOST_SERIES) return family.make(values)
    if (asked === MOST_SERIES + 1)
      owner.log.warn({ metric: name, most: MOST_SERIES }, 'a metric has too many series: what is new goes into one')
    const rest = values.map((value, i) => (value === owner.labels[labels[i]!] ? value : OTHER))
    return family.find(rest) ?? family.make(rest)
  }
}

const bounded = (value: string): string => (value.length > LONGEST ? OTHER : value)
