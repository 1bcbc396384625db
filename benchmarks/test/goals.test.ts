import t from 'tap'
import { commitsOfGoals, goalsTable } from '../harness/goals.ts'
import type { Result, Row } from '../harness/result.ts'

const lineOf = (word: string, results: readonly Result[]): string =>
  goalsTable(results)
    .split('\n')
    .find(line => line.includes(word))!

const row = (variant: string, figures: readonly number[]): Row => ({
  variant,
  about: '',
  samples: figures.map(cpuMicros => ({ cpuMicros }))
})

const result = (name: string, rows: readonly Row[], commit = 'aaa'): Result => ({
  name,
  title: name,
  about: '',
  metrics: [],
  rows,
  machine: { commit } as Result['machine']
})

const chain = (ours: number, theirs: number): Result =>
  result('chain', [row('Sluice', [ours]), row('HAProxy', [theirs])])

t.test('a goal is met up to its bound, and missed beyond it', async t => {
  t.match(lineOf('HAProxy', [chain(95, 100)]), /\| 0\.95 × \| met \| aaa \|$/)
  t.match(lineOf('HAProxy', [chain(96, 100)]), /\| 0\.96 × \| \*\*not met\*\* \| aaa \|$/)
})

t.test('rounds are compared one by one', async t => {
  const rows = [row('Sluice', [10, 90, 50]), row('HAProxy', [100, 100, 10])]
  t.match(lineOf('HAProxy', [result('chain', rows)]), /\| 0\.90 × \| met/)
})

t.test('what has no figures is not measured', async t => {
  t.match(lineOf('HAProxy', []), /\| not measured \|/)
  t.match(lineOf('HAProxy', [result('chain', [row('Sluice', [1]), row('HAProxy', [])])]), /\| not measured \|/)
  t.match(lineOf('HAProxy', [result('chain', [row('Sluice', [1])])]), /\| not measured \|/)
})

t.test('results of different commits are said to be so', async t => {
  t.equal(commitsOfGoals([chain(1, 1), result('routes', [])]), '')
  t.match(commitsOfGoals([chain(1, 1), result('routes', [], 'bbb')]), /2 different commits/)
  t.equal(commitsOfGoals([chain(1, 1), result('start-up', [], 'bbb')]), '', 'those without a goal do not count')
})
