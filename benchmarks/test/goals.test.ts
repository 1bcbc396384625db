import t from 'tap'
import { commitsOfGoals, goalsTable, scenariosOfGoals } from '../harness/goals.ts'
import type { Result, Row } from '../harness/result.ts'
import { scenarios } from '../scenarios/index.ts'

const lineOf = (about: string, results: readonly Result[]): string =>
  goalsTable(results)
    .split('\n')
    .find(line => line.startsWith(`| ${about} |`))!

const TO_HAPROXY = 'CPU of a request through the chain, to HAProxy'

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
  t.match(lineOf(TO_HAPROXY, [chain(95, 100)]), /\| 0\.95 × \| met \| aaa \|$/)
  t.match(lineOf(TO_HAPROXY, [chain(96, 100)]), /\| 0\.96 × \| \*\*not met\*\* \| aaa \|$/)
})

t.test('rounds are compared one by one', async t => {
  const rows = [row('Sluice', [10, 90, 50]), row('HAProxy', [100, 100, 10])]
  t.match(lineOf(TO_HAPROXY, [result('chain', rows)]), /\| 0\.90 × \| met/)
})

t.test('what has no figures is not measured', async t => {
  t.match(lineOf(TO_HAPROXY, []), /\| not measured \|/)
  t.match(lineOf(TO_HAPROXY, [result('chain', [row('Sluice', [1]), row('HAProxy', [])])]), /\| not measured \|/)
  t.match(lineOf(TO_HAPROXY, [result('chain', [row('Sluice', [1])])]), /\| not measured \|/)
})

t.test('a goal may be a figure that is to be reached', async t => {
  const flooded = (kept: number): Result =>
    result('invalid-tokens', [{ variant: 'Sluice', about: '', samples: [{ kept }, { kept }] }])
  const about = 'Requests kept beside a flood of invalid tokens'
  t.match(lineOf(about, [flooded(50)]), /\| ≥ 50 % \| 50 % \| met \|/)
  t.match(lineOf(about, [flooded(49)]), /\| 49 % \| \*\*not met\*\* \|/)
  t.match(
    lineOf(about, [result('invalid-tokens', [row('Sluice', [1, 2])])]),
    /not measured/,
    'of a run without this figure'
  )
})

t.test('a goal may compare three', async t => {
  const about = 'CPU that a new token takes more than a remembered one, to jose.jwtVerify alone'
  const rows = (jose: readonly number[]): Row[] => [
    row('Sluice', [150, 160]),
    row('Sluice, tokens remembered', [60, 60]),
    row('jose.jwtVerify alone', jose)
  ]
  t.match(lineOf(about, [result('new-tokens', rows([90, 100]))]), /\| 1\.00 × \| met \|/)
  t.match(lineOf(about, [result('new-tokens', rows([]))]), /not measured/)
})

t.test('every goal names a scenario, and no two are of one name', async t => {
  const abouts = goalsTable([])
    .split('\n')
    .slice(2)
    .map(line => line.split(' | ')[0])
  t.equal(new Set(abouts).size, abouts.length)
  const known = new Set(scenarios.map(({ name }) => name))
  t.strictSame(
    scenariosOfGoals.filter(name => !known.has(name)),
    []
  )
})

t.test('results of different commits are said to be so', async t => {
  t.equal(commitsOfGoals([chain(1, 1), result('routes', [])]), '')
  t.match(commitsOfGoals([chain(1, 1), result('routes', [], 'bbb')]), /2 different commits/)
  t.equal(commitsOfGoals([chain(1, 1), result('bodies', [], 'bbb')]), '', 'those without a goal do not count')
})
