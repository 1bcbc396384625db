import { setImmediate as turn } from 'node:timers/promises'
import type { MetricReading, Metrics } from '@sluice/plugin-api'
import { type Metric, Registry } from 'prom-client'
import { type MadeSeries, MetricFamily, type SeriesMade } from './metric-family.ts'
import type { MetricForm } from './metric-form.ts'
import { NumberCells } from './number-cells.ts'
import { OwnedMetrics, type SeriesOwner } from './owned-metrics.ts'
import { processMetrics } from './process-metrics.ts'

/** Metrics in all. */
const MOST_METRICS = 1000
/** What {@link processMetrics} may have, here or on another platform. */
const OF_PROCESS = /^(?:process|nodejs)_/

/** The metrics of a gateway. prom-client writes them out; it hashes labels at every record, so it does not take them in. */
export class MetricRegistry {
  readonly #registry: Registry
  /** The program has a registry of its own, in which it shows of its process what it likes. */
  readonly #handed: boolean
  readonly #cells: NumberCells
  readonly #made: SeriesMade | undefined
  readonly #families = new Map<string, MetricFamily>()
  #closed = false

  /** `made` is told of each series, of which the numbers are then in memory that threads share. */
  constructor(registry?: Registry, made?: SeriesMade) {
    this.#cells = new NumberCells(made !== undefined)
    this.#made = made
    this.#registry = registry ?? new Registry()
    this.#handed = registry !== undefined
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Metrics as one filter, or one part of the core, takes them. */
  ownedBy(owner: SeriesOwner): Metrics {
    return new OwnedMetrics(this, owner)
  }

  /** All metrics in Prometheus' text format, or in that of the registry that was handed in. */
  async text(): Promise<string> {
    if (this.#handed) return this.#registry.metrics()
    const pages: string[] = []
    for (const name of this.#families.keys()) {
      pages.push(await this.#registry.getSingleMetricAsString(name))
      // Requests get their turn: with a thousand routes all of it takes 0.1 s.
      await turn()
    }
    return [...pages, await processMetrics().metrics()].join('\n\n')
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
    for (const [name, family] of this.#families) {
      // The registry may have become another gateway's.
      if (this.#registry.getSingleMetric(name) === asMetric(family)) this.#registry.removeSingleMetric(name)
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
    if (!this.#handed && OF_PROCESS.test(form.name))
      throw new Error(`The metric ${form.name} would be one of the process: give it another prefix`)
    if (!this.#closed) this.#registry.registerMetric(asMetric(family))
    this.#families.set(form.name, family)
    return family
  }
}

/** The type demands prom-client's own classes; what its registry calls, a family has. */
const asMetric = (family: MetricFamily): Metric => family as unknown as Metric
