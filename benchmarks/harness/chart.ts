import type { Findings } from './result.ts'
import { median } from './statistics.ts'

/** A bar for each variant that has samples, as a diagram that GitHub draws. */
export const chart = ({ metrics, rows }: Findings, key: string): string => {
  const { label, digits } = metrics.find(metric => metric.key === key)!
  const measured = rows.filter(({ samples }) => samples.length > 0)
  const names = measured.map(({ variant }) => `"${variant}"`)
  const bars = measured.map(({ samples }) => median(samples.map(sample => sample[key]!)).toFixed(digits))
  return [
    '```mermaid',
    'xychart-beta horizontal',
    `  x-axis [${names.join(', ')}]`,
    `  y-axis "${label}"`,
    `  bar [${bars.join(', ')}]`,
    '```'
  ].join('\n')
}
