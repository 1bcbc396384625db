import type { Counter, Gauge, Histogram, Metrics } from '@sluice/plugin-api'
import { Registry, type Metric } from 'prom-client'

type Type = 'counter' | 'gauge' | 'histogram'

/** One metric with its series; recording is an addition to a field, reading is done when `/metrics` is scraped. */
interface Family {
  readonly name: string
  readonly help: string
  readonly type: Type
  readonly labels: readonly string[]
  readonly buckets: readonly number[]
  readonly series: Map<string, Series>
}

class Series implements Counter, Gauge, Histogram {
  readonly values: readonly string[]
  readonly #bounds: readonly number[]
  readonly counts: number[]
  value = 0
  sum = 0

  constructor(values: readonly string[], bounds: readonly number[]) {
    this.values = values
    this.#bounds = bounds
    this.counts = Array.from(bounds, () => 0)
  }

  add(n = 1): void {
    this.value += n
  }

  set(n: number): void {
    this.value = n
  }

  observe(n: number): void {
    this.value++
    this.sum += n
    for (let i = 0; i < this.#bounds.length; i++) {
      if (n > this.#bounds[i]!) continue
      this.counts[i]!++
      return
    }
  }
}

/** The metrics of a gateway. prom-client writes them out; it hashes labels at every record, so it does not take them in. */
export class MetricRegistry implements Metrics {
  readonly #registry: Registry
  readonly #families = new Map<string, Family>()

  constructor(registry = new Registry()) {
    this.#registry = registry
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  counter(
    name: string,
    help: string,
    labels: readonly string[] = []
  ): { series(...values: readonly string[]): Counter } {
    return this.#take(name, help, 'counter', labels, [])
  }

  gauge(name: string, help: string, labels: readonly string[] = []): { series(...values: readonly string[]): Gauge } {
    return this.#take(name, help, 'gauge', labels, [])
  }

  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly string[] = []
  ): { series(...values: readonly string[]): Histogram } {
    return this.#take(name, help, 'histogram', labels, buckets)
  }

  /** All metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** Takes them out of the registry. */
  close(): void {
    for (const name of this.#families.keys()) this.#registry.removeSingleMetric(name)
  }

  #take(name: string, help: string, type: Type, labels: readonly string[], buckets: readonly number[]) {
    const family = this.#families.get(name) ?? this.#make({ name, help, type, labels, buckets, series: new Map() })
    if (family.type !== type || family.labels.join() !== labels.join()) {
      throw new Error(`The metric ${name} exists as a ${family.type} with the labels (${family.labels.join(', ')})`)
    }
    return { series: (...values: readonly string[]): Series => seriesOf(family, values) }
  }

  #make(family: Family): Family {
    // Registry asks a metric only for its name and for get(); the type demands prom-client's own classes.
    const metric = { name: family.name, get: async () => ({ ...family, aggregator: 'sum', values: samples(family) }) }
    this.#registry.registerMetric(metric as unknown as Metric)
    this.#families.set(family.name, family)
    return family
  }
}

const seriesOf = (family: Family, values: readonly string[]): Series => {
  if (values.length !== family.labels.length) {
    throw new Error(
      `The metric ${family.name} has the labels (${family.labels.join(', ')}), not ${values.length} values`
    )
  }
  const key = values.join('\0')
  const series = family.series.get(key) ?? new Series(values, family.buckets)
  family.series.set(key, series)
  return series
}

interface Sample {
  readonly metricName: string
  readonly labels: Record<string, string>
  readonly value: number
}

const samples = (family: Family): Sample[] =>
  Array.from(family.series.values()).flatMap(series => samplesOf(family, series))

const samplesOf = ({ name, type, labels, buckets }: Family, series: Series): Sample[] => {
  const own = Object.fromEntries(labels.map((label, i) => [label, series.values[i]!]))
  if (type !== 'histogram') return [{ metricName: name, labels: own, value: series.value }]
  let below = 0
  const counted = buckets.map((bound, i) => {
    below += series.counts[i]!
    return { metricName: `${name}_bucket`, labels: { ...own, le: String(bound) }, value: below }
  })
  return [
    ...counted,
    { metricName: `${name}_bucket`, labels: { ...own, le: '+Inf' }, value: series.value },
    { metricName: `${name}_sum`, labels: own, value: series.sum },
    { metricName: `${name}_count`, labels: own, value: series.value }
  ]
}
