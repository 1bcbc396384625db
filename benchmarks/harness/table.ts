import type { Findings, Row } from './result.ts'
import { median, spread } from './statistics.ts'

/** A table as text: the head, then the rows. */
export type Table = readonly (readonly string[])[]

/** Medians of every round, with the least and the most where there was more than one, and proportions. */
export const tableOf = ({ metrics, ratio, rows }: Findings): Table => {
  const compared = ratio?.to.filter(name => rows.some(row => row.variant === name && row.samples.length > 0)) ?? []
  const head = ['', ...metrics.map(({ label }) => label), ...compared.map(name => `to ${name}`)]
  return [head, ...rows.map(row => line(row, { metrics, ratio, rows }, compared))]
}

const line = (
  row: Row,
  { metrics, ratio, rows }: Pick<Findings, 'metrics' | 'ratio' | 'rows'>,
  compared: readonly string[]
) => {
  const { variant, samples, missing } = row
  if (missing !== undefined)
    return [variant, `missing: ${missing}`, ...Array.from({ length: metrics.length - 1 + compared.length }, () => '')]
  const figures = metrics.map(({ key, digits }) =>
    figure(
      samples.flatMap(sample => sample[key] ?? []),
      digits
    )
  )
  const proportions = compared.map(name =>
    proportion(
      row,
      rows.find(other => other.variant === name)!,
      ratio!.metric
    )
  )
  return [variant, ...figures, ...proportions]
}

const figure = (series: readonly number[], digits: number): string => {
  if (series.length === 0) return ''
  const middle = median(series).toFixed(digits)
  if (series.length === 1) return middle
  const [least, most] = spread(series).map(end => end.toFixed(digits))
  return least === most ? middle : `${middle} (${least}–${most})`
}

/** Round by round, so that what shook a round cancels out. */
const proportion = (row: Row, other: Row, metric: string): string => {
  const ratios = row.samples.map((sample, round) => sample[metric]! / other.samples[round]![metric]!)
  return row === other ? '1' : median(ratios).toFixed(2)
}

/** For a terminal: columns of one width. */
export const plainText = (table: Table): string => {
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  return table
    .map(row =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

/** For a page. */
export const markdown = (table: Table): string => {
  const [head, ...rows] = table
  const rule = head!.map((_, column) => (column === 0 ? '---' : '--:'))
  return [head!, rule, ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}
