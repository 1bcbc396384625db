import t from 'tap'
import { markdown, tableOf } from '../harness/table.ts'

const row = (variant: string, ...cpu: number[]) => ({
  variant,
  about: '',
  samples: cpu.map(cpuMicros => ({ cpuMicros }))
})

const findings = {
  name: 'chain',
  title: 'The chain',
  about: '',
  metrics: [{ key: 'cpuMicros', label: 'CPU', digits: 1 }],
  ratio: { metric: 'cpuMicros', to: ['HAProxy', 'Absent'] },
  rows: [row('Sluice', 60, 90, 62), row('HAProxy', 60, 100, 80)]
}

t.test('shows medians with their spread, and proportions round by round', async t => {
  t.strictSame(tableOf(findings), [
    ['', 'CPU', 'to HAProxy'],
    ['Sluice', '62.0 (60.0–90.0)', '0.90'],
    ['HAProxy', '80.0 (60.0–100.0)', '1']
  ])
})

t.test('writes a table for a page', async t => {
  t.equal(
    markdown([
      ['', 'CPU'],
      ['Sluice', '62.0']
    ]),
    '|  | CPU |\n| --- | --: |\n| Sluice | 62.0 |'
  )
})
