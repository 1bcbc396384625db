import type { SeriesReading } from '@sluice/plugin-api'
import { cellsOf, type MetricForm, seriesOver } from './metric-form.ts'
import type { Cells } from './number-cells.ts'
import type { Sample, Series } from './series.ts'

/** One series of several workers: each counts in cells of its own, and reading adds them up. */
export class SummedSeries implements Series {
  readonly cells: Cells
  readonly #form: MetricForm
  /** What is read of the whole. */
  readonly #whole: Series
  readonly #size: number
  /** What workers counted that are gone. */
  readonly #retired: Float64Array
  readonly #parts = new Map<number, Cells>()
  /** What this thread itself counts. */
  readonly #own: Cells | undefined

  constructor(form: MetricForm, own?: Series) {
    this.#form = form
    this.#size = cellsOf(form)
    this.#retired = new Float64Array(this.#size)
    this.cells = { values: new Float64Array(this.#size), at: 0 }
    this.#whole = seriesOver(form, this.cells)
    this.#own = own?.cells
  }

  join(worker: number, cells: Cells): void {
    this.#parts.set(worker, cells)
  }

  retire(worker: number): void {
    const part = this.#parts.get(worker)
    if (part === undefined) return
    if (this.#form.type !== 'gauge') add(this.#retired, part)
    this.#parts.delete(worker)
  }

  samples(): Sample[] {
    this.#add()
    return this.#whole.samples()
  }

  reading(): Pick<SeriesReading, 'value' | 'counts'> {
    this.#add()
    return this.#whole.reading()
  }

  reset(): void {
    if (this.#form.type === 'gauge') return
    this.#retired.fill(0)
    for (const { values, at } of this.#all()) values.fill(0, at, at + this.#size)
  }

  #add(): void {
    const { values } = this.cells
    if (this.#form.type === 'gauge') {
      values[0] = aggregate(
        this.#all().map(part => part.values[part.at]!),
        this.#form
      )
      return
    }
    values.set(this.#retired)
    for (const part of this.#all()) add(values, part)
  }

  #all(): Cells[] {
    return this.#own === undefined ? [...this.#parts.values()] : [this.#own, ...this.#parts.values()]
  }
}

const add = (to: Float64Array, { values, at }: Cells): void => {
  for (let i = 0; i < to.length; i++) to[i]! += values[at + i]!
}

const aggregate = (values: readonly number[], { aggregator }: MetricForm): number => {
  const known = values.filter(value => !Number.isNaN(value))
  if (known.length === 0) return values.length === 0 ? 0 : Number.NaN
  if (aggregator === 'max') return Math.max(...known)
  if (aggregator === 'min') return Math.min(...known)
  return known.reduce((sum, value) => sum + value, 0)
}
