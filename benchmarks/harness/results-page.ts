import { readFileSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { scenarios } from '../scenarios/index.ts'
import { chart } from './chart.ts'
import { commitsOfGoals, goalsTable } from './goals.ts'
import type { Result } from './result.ts'
import { markdown, tableOf } from './table.ts'

/** The folder of the results. */
export const RESULTS = resolve(import.meta.dirname, '../results')

/** The results that were kept, in the order of the scenarios. */
export const readResults = (): Result[] =>
  scenarios
    .map(({ name }) => join(RESULTS, `${name}.json`))
    .filter(path => existsSync(path))
    .map(path => JSON.parse(readFileSync(path, 'utf8')) as Result)

/** `RESULTS.md`, whole. */
export const resultsPage = (results: readonly Result[]): string =>
  [
    '# Results',
    '<!-- Written by `npm run bench` from results/*.json. Do not edit. -->',
    'Medians over the rounds of one run, with the least and the most behind them; proportions are medians of the proportions round by round. How it is measured, and what the peers are: [README.md](README.md). Figures of two machines are not to be compared, and neither are those of two runs on a machine that others use, too: the proportions are what counts.',
    ...goals(results),
    ...results.flatMap(section)
  ].join('\n\n') + '\n'

const goals = (results: readonly Result[]): string[] =>
  ['## Goals', goalsTable(results), commitsOfGoals(results)].filter(text => text !== '')

const section = (result: Result): string[] => [
  `## ${result.title}`,
  result.about,
  markdown(tableOf(result)),
  ...(result.chart === undefined ? [] : [chart(result, result.chart)]),
  `<sub>${provenance(result)}</sub>`
]

const provenance = ({ machine }: Result): string => {
  const { cpu, cores, memoryGiB, kernel, pinned, node, programs, commit, date, command } = machine
  const others = Object.entries(programs).map(([name, version]) => `${name} ${version}`)
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}`,
    pinned ? 'target on one core, load and upstream on the other' : 'cores shared',
    [`Node ${node}`, ...others].join(', '),
    `commit ${commit}`,
    date.slice(0, 16).replace('T', ' '),
    `\`${command}\``
  ].join(' · ')
}
