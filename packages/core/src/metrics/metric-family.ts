import type { MetricReading } from '@sluice/plugin-api'
import type { NumberCells } from './number-cells.ts'
import { CounterSeries, GaugeSeries, HistogramSeries, type Series } from './series.ts'

/** What a metric is, apart from what was recorded. */
export interface MetricForm {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  /** Of a histogram; ascending. */
  readonly buckets: readonly number[]
}

interface Kept {
  /** One object a series, for prom-client writes it out once and remembers it. */
  readonly labels: Readonly<Record<string, string>>
  readonly series: Series
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/

/** One metric with its series, in the shape that prom-client's registry asks of a metric. */
export class MetricFamily {
  /** Not read-only: a registry of the OpenMetrics format takes `_total` away from a counter. */
  name: string
  readonly type: MetricForm['type']
  readonly form: MetricForm
  readonly #cells: NumberCells
  readonly #kept = new Map<string, Kept>()
  /** How many series each owner has asked for that were not there. */
  readonly #asked = new Map<string, number>()

  /** @throws Error for a name or for bounds that Prometheus would not read, with everything else on the page */
  constructor(form: MetricForm, cells: NumberCells) {
    refuseForm(form)
    this.name = form.name
    this.type = form.type
    this.form = form
    this.#cells = cells
  }

  /** @throws Error if somebody else means another metric by the same name */
  refuseOther({ name, type, labels, buckets }: MetricForm): void {
    const { form } = this
    if (form.type !== type || form.labels.join() !== labels.join())
      throw new Error(`The metric ${name} exists as a ${form.type} with the labels (${form.labels.join(', ')})`)
    if (form.buckets.join() !== buckets.join())
      throw new Error(`The metric ${name} exists with the buckets ${form.buckets.join(', ')}`)
  }

  /** Counts one more series that an owner asks for and that is not there, and gives their number. */
  askedBy(owner: string): number {
    const asked = (this.#asked.get(owner) ?? 0) + 1
    this.#asked.set(owner, asked)
    return asked
  }

  find(values: readonly string[]): Series | undefined {
    return this.#kept.get(JSON.stringify(values))?.series
  }

  make(values: readonly string[]): Series {
    const series = this.#newSeries()
    const labels = Object.fromEntries(this.form.labels.map((label, i) => [label, values[i]!]))
    this.#kept.set(JSON.stringify(values), { labels, series })
    return series
  }

  /** What `registry.getMetricsAsJSON()` asks for. */
  async get() {
    return this.#described(({ labels, series }) =>
      series
        .samples()
        .map(({ suffix, le, value }) =>
          sample(this.name + suffix, le === undefined ? labels : { ...labels, le }, value)
        )
    )
  }

  /** What `registry.metrics()` asks for, so that the labels of a series are written out once in its life. */
  async getForPromString() {
    return this.#described(({ labels, series }) =>
      series.samples().map(({ suffix, le, value }) => ({
        ...sample(this.name + suffix, le === undefined ? {} : { le }, value),
        sharedLabels: labels
      }))
    )
  }

  /** Everything at once, for a filter that sends it elsewhere. */
  read(): MetricReading {
    const { form } = this
    const series = Array.from(this.#kept.values(), kept => ({
      values: form.labels.map(label => kept.labels[label]!),
      ...kept.series.reading()
    }))
    return { ...form, series }
  }

  /** What `registry.resetMetrics()` does. */
  reset(): void {
    for (const { series } of this.#kept.values()) series.reset()
  }

  #described<T>(samplesOf: (kept: Kept) => T[]) {
    const { help, type } = this.form
    return {
      name: this.name,
      help,
      type,
      aggregator: 'sum',
      values: Array.from(this.#kept.values()).flatMap(samplesOf)
    }
  }

  #newSeries(): Series {
    if (this.form.type === 'counter') return new CounterSeries(this.#cells)
    if (this.form.type === 'gauge') return new GaugeSeries(this.#cells)
    return new HistogramSeries(this.#cells, this.form.buckets)
  }
}

const sample = (metricName: string, labels: Readonly<Record<string, string>>, value: number) => ({
  metricName,
  labels,
  value
})

const refuseForm = ({ name, type, labels, buckets }: MetricForm): void => {
  if (!METRIC_NAME.test(name)) throw new Error(`${name} is no name of a metric: letters, digits and _`)
  const bad = labels.find(label => !LABEL_NAME.test(label) || (type === 'histogram' && label === 'le'))
  if (bad !== undefined) throw new Error(`The metric ${name} cannot have a label ${bad}`)
  if (new Set(labels).size !== labels.length) throw new Error(`The metric ${name} has a label twice`)
  if (buckets.some((bound, i) => !Number.isFinite(bound) || bound <= (buckets[i - 1] ?? -Infinity)))
    throw new Error(`The buckets of the metric ${name} do not ascend`)
}
