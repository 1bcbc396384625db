import { setImmediate as turn } from 'node:timers/promises'
import type { MetricReading, Metrics } from '@sluice/plugin-api'
import type { Metric, Registry } from 'prom-client'
import { type MadeSeries, MetricFamily, type SeriesMade } from './metric-family.ts'
import type { MetricForm } from './metric-form.ts'
import { NumberCells } from './number-cells.ts'
import { OwnedMetrics, type SeriesOwner } from './owned-metrics.ts'

/** Metrics in all. */
const MOST_METRICS = 1000
/** What `process-metrics.ts` may have, here or on another platform. */
const OF_PROCESS = /^(?:process|nodejs)_/

/** The metrics of a gateway. prom-client writes them out; it hashes labels at every record, so it does not take them in. */
export class MetricRegistry {
  /** The program has a registry of its own, in which it shows of its process what it likes. */
  readonly #handed: Registry | undefined
  /** What writes our own page. prom-client is loaded when somebody asks for it. */
  #own: Registry | undefined
  readonly #cells: NumberCells
  readonly #made: SeriesMade | undefined
  readonly #families = new Map<string, MetricFamily>()
  #closed = false

  /** `made` is told of each series, of which the numbers are then in memory that threads share. */
  constructor(registry?: Registry, made?: SeriesMade) {
    this.#cells = new NumberCells(made !== undefined)
    this.#made = made
    this.#handed = registry
  }

  /** Metrics as one filter, or one part of the core, takes them. */
  ownedBy(owner: SeriesOwner): Metrics {
    return new OwnedMetrics(this, owner)
  }

  /** All metrics in Prometheus' text format, or in that of the registry that was handed in, and its media type. */
  async page(): Promise<{ readonly type: string; readonly body: string }> {
    if (this.#handed !== undefined) return { type: this.#handed.contentType, body: await this.#handed.metrics() }
    const [prometheus, { processMetrics }] = await Promise.all([import('prom-client'), import('./process-metrics.ts')])
    const registry = (this.#own ??= new prometheus.Registry())
    const pages: string[] = []
    for (const [name, family] of this.#families) {
      if (registry.getSingleMetric(name) === undefined) registry.registerMetric(asMetric(family))
      pages.push(await registry.getSingleMetricAsString(name))
      // Requests get their turn: with a thousand routes all of it takes 0.1 s.
      await turn()
    }
    return { type: registry.contentType, body: [...pages, await processMetrics().metrics()].join('\n\n') }
  }

  /** Counts what a worker counts in a series of its own. */
  mirror(worker: number, { form, values, cells }: MadeSeries): void {
    this.family(form).mirror(values, worker, cells)
  }

  /** A worker is gone: what it counted stays, what it had open does not. */
  retire(worker: number): void {
    for (const family of this.#families.values()) family.retire(worker)
  }

  /** Takes them out of the registry. What is taken later is recorded and shown nowhere. */
  close(): void {
    this.#closed = true
    const registry = this.#handed
    if (registry === undefined) return
    for (const [name, family] of this.#families) {
      // The registry may have become another gateway's.
      if (registry.getSingleMetric(name) === asMetric(family)) registry.removeSingleMetric(name)
    }
  }

  /** What all of them say. */
  read(): readonly MetricReading[] {
    return Array.from(this.#families.values(), family => family.read())
  }

  /** @throws Error for a metric that exists in another form, or could not be read */
  family(form: MetricForm): MetricFamily {
    const found = this.#families.get(form.name)
    if (found !== undefined) {
      found.refuseOther(form)
      return found
    }
    if (this.#families.size >= MOST_METRICS) throw new Error(`There are ${MOST_METRICS} metrics already`)
    const family = new MetricFamily(form, this.#cells, this.#made)
    if (this.#handed === undefined && OF_PROCESS.test(form.name))
      throw new Error(`The metric ${form.name} would be one of the process: give it another prefix`)
    if (!this.#closed) this.#handed?.registerMetric(asMetric(family))
    this.#families.set(form.name, family)
    return family
  }
}

/** The type demands prom-client's own classes; what its registry calls, a family has. */
const asMetric = (family: MetricFamily): Metric => family as unknown as Metric
