import type { MetricReading } from '@sluice/plugin-api'
import type { Cells, NumberCells } from './number-cells.ts'
import { cellsOf, type MetricForm, seriesOver } from './metric-form.ts'
import type { Series } from './series.ts'
import { SummedSeries } from './summed-series.ts'

/** A series that was made, for who keeps a mirror of it. */
export interface MadeSeries {
  readonly form: MetricForm
  readonly values: readonly string[]
  readonly cells: Cells
}

/** Told of each series that is made. */
export type SeriesMade = (series: MadeSeries) => void

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
  readonly #made: SeriesMade | undefined
  readonly #kept = new Map<string, Kept>()
  /** How many series each owner has asked for that were not there. */
  readonly #asked = new Map<string, number>()

  /** @throws Error for a name or for bounds that Prometheus would not read, with everything else on the page */
  constructor(form: MetricForm, cells: NumberCells, made?: SeriesMade) {
    refuseForm(form)
    this.name = form.name
    this.type = form.type
    this.form = form
    this.#cells = cells
    this.#made = made
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
    const series = seriesOver(this.form, this.#cells.take(cellsOf(this.form)))
    this.#keep(values, series)
    this.#made?.({ form: this.form, values, cells: series.cells })
    return series
  }

  /** Counts what a worker counts in these cells. */
  mirror(values: readonly string[], worker: number, cells: Cells): void {
    const found = this.find(values)
    const summed = found instanceof SummedSeries ? found : new SummedSeries(this.form, found)
    if (found !== summed) this.#keep(values, summed)
    summed.join(worker, cells)
  }

  /** A worker is gone: what it counted stays, what it had open does not. */
  retire(worker: number): void {
    for (const { series } of this.#kept.values()) if (series instanceof SummedSeries) series.retire(worker)
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

  #keep(values: readonly string[], series: Series): void {
    const labels = Object.fromEntries(this.form.labels.map((label, i) => [label, values[i]!]))
    this.#kept.set(JSON.stringify(values), { labels, series })
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
