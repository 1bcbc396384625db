import type { Aggregator } from '@sluice/plugin-api'
import type { Cells } from './number-cells.ts'
import { CounterSeries, GaugeSeries, HistogramSeries, type Series } from './series.ts'

/** What a metric is, apart from what was recorded. */
export interface MetricForm {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  /** Of a histogram; ascending. */
  readonly buckets: readonly number[]
  /** What a gauge of several workers comes to. Default: the sum. */
  readonly aggregator?: Aggregator
}

/** How many numbers a series of the form has. */
export const cellsOf = ({ type, buckets }: MetricForm): number => (type === 'histogram' ? buckets.length + 2 : 1)

/** The series of a form over cells of its size. */
export const seriesOver = ({ type, buckets }: MetricForm, cells: Cells): Series => {
  if (type === 'counter') return new CounterSeries(cells)
  if (type === 'gauge') return new GaugeSeries(cells)
  return new HistogramSeries(cells, buckets)
}
