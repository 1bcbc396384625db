import type { Result, Sample } from './result.ts'
import { median } from './statistics.ts'
import { markdown } from './table.ts'

/** A figure that is to stay under a bound, taken from one result. */
interface Goal {
  /** The scenario's name. */
  readonly scenario: string
  readonly about: string
  readonly most: number
  /** Behind the figure, with the space in front of it if it has one. */
  readonly unit: string
  readonly digits: number
  readonly variant: string
  /** The variant that it is compared with, round by round. */
  readonly beside?: string
  readonly measure: (sample: Sample, other: Sample) => number
}

const cpuMore = (sample: Sample, other: Sample): number => sample['cpuMicros']! - other['cpuMicros']!
const cpuRatio = (sample: Sample, other: Sample): number => sample['cpuMicros']! / other['cpuMicros']!

const GOALS: readonly Goal[] = [
  {
    scenario: 'chain',
    about: 'CPU of a request through the chain, to HAProxy',
    most: 0.95,
    unit: ' ×',
    digits: 2,
    variant: 'Sluice',
    beside: 'HAProxy',
    measure: cpuRatio
  },
  {
    scenario: 'event-streams',
    about: 'First event of a stream, later than without a gateway',
    most: 0.5,
    unit: ' ms',
    digits: 2,
    variant: 'Sluice',
    beside: 'direct',
    measure: (sample, other) => sample['firstEvent']! - other['firstEvent']!
  },
  {
    scenario: 'routes',
    about: 'CPU of a request with 10,000 routes, to one route',
    most: 1.1,
    unit: ' ×',
    digits: 2,
    variant: '10000 routes',
    beside: '1 route',
    measure: cpuRatio
  },
  {
    scenario: 'live-tokens',
    about: 'CPU of a request with 100,000 live tokens, to one token',
    most: 1.1,
    unit: ' ×',
    digits: 2,
    variant: '100000 tokens',
    beside: '1 token',
    measure: cpuRatio
  },
  {
    scenario: 'filters',
    about: 'CPU that reading the messages of a request takes',
    most: 4,
    unit: ' µs',
    digits: 1,
    variant: 'messages read',
    beside: 'no filter',
    measure: cpuMore
  },
  {
    scenario: 'filters',
    about: 'CPU of a limit on persons',
    most: 2,
    unit: ' µs',
    digits: 1,
    variant: 'jwt-entra, rate-limit',
    beside: 'jwt-entra',
    measure: cpuMore
  },
  ...(['down', 'up'] as const).map(way => ({
    scenario: 'large-bodies',
    about: `Memory that ${way === 'down' ? 'an answer' : 'a request'} of 1 GiB takes, at most`,
    most: 32,
    unit: ' MiB',
    digits: 1,
    variant: 'Sluice',
    measure: (sample: Sample) => sample[`${way}MiB`]!
  }))
]

/** What is wanted of the gateway and what was measured: medians, round by round, as in the tables. */
export const goalsTable = (results: readonly Result[]): string =>
  markdown([['goal', 'at most', 'measured', '', 'commit'], ...GOALS.map(goal => line(goal, results))])

/** Figures of different commits are not one gateway's. */
export const commitsOfGoals = (results: readonly Result[]): string => {
  const commits = new Set(
    results.filter(({ name }) => GOALS.some(goal => goal.scenario === name)).map(({ machine }) => machine.commit)
  )
  return commits.size > 1 ? `These results are of ${commits.size} different commits: each line names its own.` : ''
}

const line = (goal: Goal, results: readonly Result[]): string[] => {
  const { scenario, about, most, unit, digits } = goal
  const result = results.find(({ name }) => name === scenario)
  const figure = result === undefined ? undefined : measured(goal, result)
  const bound = `${most}${unit}`
  if (result === undefined || figure === undefined) return [about, bound, '', 'not measured', '']
  const verdict = figure <= most ? 'met' : '**not met**'
  return [about, bound, `${figure.toFixed(digits)}${unit}`, verdict, result.machine.commit]
}

/** `undefined` where one of the variants has no figures. */
const measured = ({ variant, beside = variant, measure }: Goal, { rows }: Result): number | undefined => {
  const [samples, others] = [variant, beside].map(name => rows.find(row => row.variant === name)?.samples ?? [])
  const rounds = samples!.flatMap((sample, round) => {
    const other = others![round]
    return other === undefined ? [] : [measure(sample, other)]
  })
  return rounds.length === 0 ? undefined : median(rounds)
}
