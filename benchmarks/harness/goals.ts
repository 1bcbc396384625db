import type { Result, Sample } from './result.ts'
import { median } from './statistics.ts'
import { markdown } from './table.ts'

/** A figure that is to keep to a bound, taken from one result. */
interface Goal {
  /** The scenario's name. */
  readonly scenario: string
  readonly about: string
  readonly bound: Bound
  /** Behind the figure, with the space in front of it if it has one. */
  readonly unit: string
  readonly digits: number
  /** What is measured, and what it is compared with: the samples of a round are handed to `measure` in this order. */
  readonly variants: readonly [string, ...string[]]
  readonly measure: (...samples: readonly Sample[]) => number
}

type Bound = { readonly most: number } | { readonly least: number }

const figure =
  (key: string): Goal['measure'] =>
  sample =>
    sample[key]!
const cpu = figure('cpuMicros')
const cpuMore: Goal['measure'] = (sample, other) => cpu(sample) - cpu(other)
const cpuRatio: Goal['measure'] = (sample, other) => cpu(sample) / cpu(other)

/** CPU of a variant to that of another. */
const ratio = (scenario: string, about: string, most: number, variant: string, beside: string): Goal => ({
  scenario,
  about,
  bound: { most },
  unit: ' ×',
  digits: 2,
  variants: [variant, beside],
  measure: cpuRatio
})

/** CPU that a variant takes more than another. */
const more = (about: string, most: number, variant: string, beside: string): Goal => ({
  scenario: 'filters',
  about,
  bound: { most },
  unit: ' µs',
  digits: 1,
  variants: [variant, beside],
  measure: cpuMore
})

/** One figure of one variant. */
const alone = (
  scenario: string,
  about: string,
  bound: Bound,
  unit: string,
  digits: number,
  of: readonly [string, string]
) => ({
  scenario,
  about,
  bound,
  unit,
  digits,
  variants: [of[0]] as const,
  measure: figure(of[1])
})

const SIX = 'Sluice, six filters'
const OF_SIX = 'CPU of a request through six filters'

const GOALS: readonly Goal[] = [
  ratio('chain', 'CPU of a request through the chain, to HAProxy', 0.95, 'Sluice', 'HAProxy'),
  ratio('chain', `${OF_SIX}, to HAProxy`, 1, SIX, 'HAProxy'),
  ratio('chain', `${OF_SIX}, to bare node:http`, 2.6, SIX, 'node:http'),
  ratio('chain', `${OF_SIX}, to fastify`, 0.35, SIX, 'fastify'),
  ratio('chain', `${OF_SIX}, to express`, 0.18, SIX, 'express'),
  more(`${OF_SIX}, more than through none`, 8, 'prm, jwt-entra, scope, rate-limit, audit, otel', 'no filter'),
  {
    scenario: 'parts',
    about: 'CPU of jwt-entra for a token that it remembers',
    bound: { most: 1.5 },
    unit: ' µs',
    digits: 2,
    variants: ['`plugins/jwt-entra/src/filter.ts`: let in one of 500 remembered tokens'],
    measure: sample => sample['nanos']! / 1000
  },
  {
    scenario: 'new-tokens',
    about: 'CPU that a new token takes more than a remembered one, to jose.jwtVerify alone',
    bound: { most: 1.15 },
    unit: ' ×',
    digits: 2,
    variants: ['Sluice', 'Sluice, tokens remembered', 'jose.jwtVerify alone'],
    measure: (fresh, remembered, jose) => (cpu(fresh) - cpu(remembered)) / cpu(jose)
  },
  alone('new-tokens', 'Event loop held up where every token is new', { most: 5 }, ' ms', 1, ['Sluice', 'loopMaxMs']),
  alone('invalid-tokens', 'Requests kept beside a flood of invalid tokens', { least: 50 }, ' %', 0, ['Sluice', 'kept']),
  ratio('routes', 'CPU of a request with 10,000 routes, to one route', 1.1, '10000 routes', '1 route'),
  ratio('live-tokens', 'CPU of a request with 100,000 live tokens, to one token', 1.1, '100000 tokens', '1 token'),
  more('CPU that reading the messages of a request takes', 4, 'messages read', 'no filter'),
  more('CPU of a limit on persons', 2, 'jwt-entra, rate-limit', 'jwt-entra'),
  {
    scenario: 'event-streams',
    about: 'First event of a stream, later than without a gateway',
    bound: { most: 0.5 },
    unit: ' ms',
    digits: 2,
    variants: ['Sluice', 'direct'],
    measure: (sample, other) => sample['firstEvent']! - other['firstEvent']!
  },
  alone('open-streams', 'Memory of an open stream, of 5,000', { most: 40 }, ' KiB', 1, ['Sluice', 'kib5000']),
  alone('large-bodies', 'Memory that an answer of 1 GiB takes', { most: 32 }, ' MiB', 1, ['Sluice', 'downMiB']),
  alone('large-bodies', 'Memory that a request of 1 GiB takes', { most: 32 }, ' MiB', 1, ['Sluice', 'upMiB']),
  alone('start-up', 'From the start of the process to the first answer', { most: 500 }, ' ms', 0, ['Sluice', 'millis']),
  alone('soak', 'Growth of live memory in ten minutes at 70 % load', { most: 1 }, ' MiB', 2, [SIX, 'growthMiB']),
  alone('soak', 'Failed requests in ten minutes at 70 % load', { most: 0 }, '', 0, [SIX, 'failed'])
]

/** The scenarios that a goal is taken from, by name. */
export const scenariosOfGoals: readonly string[] = GOALS.map(({ scenario }) => scenario)

/** What is wanted of the gateway and what was measured: medians, round by round, as in the tables. */
export const goalsTable = (results: readonly Result[]): string =>
  markdown([['goal', 'bound', 'measured', '', 'commit'], ...GOALS.map(goal => line(goal, results))])

/** Figures of different commits are not one gateway's. */
export const commitsOfGoals = (results: readonly Result[]): string => {
  const commits = new Set(
    results.filter(({ name }) => scenariosOfGoals.includes(name)).map(({ machine }) => machine.commit)
  )
  return commits.size > 1 ? `These results are of ${commits.size} different commits: each line names its own.` : ''
}

const line = (goal: Goal, results: readonly Result[]): string[] => {
  const { scenario, about, bound, unit, digits } = goal
  const result = results.find(({ name }) => name === scenario)
  const figure = result === undefined ? undefined : measured(goal, result)
  const limit = 'most' in bound ? `≤ ${bound.most}${unit}` : `≥ ${bound.least}${unit}`
  if (result === undefined || figure === undefined) return [about, limit, '', 'not measured', '']
  const met = 'most' in bound ? figure <= bound.most : figure >= bound.least
  return [about, limit, `${figure.toFixed(digits)}${unit}`, met ? 'met' : '**not met**', result.machine.commit]
}

/** `undefined` where one of the variants has no figures. */
const measured = ({ variants, measure }: Goal, { rows }: Result): number | undefined => {
  const [first, ...others] = variants.map(name => rows.find(row => row.variant === name)?.samples ?? [])
  const rounds = first!.flatMap((sample, round) => {
    const samples = [sample, ...others.map(other => other[round])]
    return samples.every(each => each !== undefined) ? [measure(...samples)] : []
  })
  // Of an older run, a row may lack what is asked for.
  return rounds.length === 0 || !rounds.every(Number.isFinite) ? undefined : median(rounds)
}
