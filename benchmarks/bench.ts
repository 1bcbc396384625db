import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './harness/machine.ts'
import { type Options, readOptions } from './harness/options.ts'
import { checkTools } from './harness/requirements.ts'
import type { Result } from './harness/result.ts'
import { readResults, RESULTS, resultsPage } from './harness/results-page.ts'
import { plainText, tableOf } from './harness/table.ts'
import type { Scenario } from './harness/scenario.ts'
import { openWorkbench } from './harness/workbench.ts'
import { scenarios } from './scenarios/index.ts'

/** Runs the scenarios one after the other, and keeps each as soon as it is there. */
const run = async (options: Options): Promise<Result[]> => {
  const chosen = choose(options.only)
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ')
  const machine = describeMachine(command)
  const bench = await openWorkbench(options, Math.max(...chosen.map(({ tokens }) => tokens(options.quick))))
  const results: Result[] = []
  try {
    for (const scenario of chosen) {
      bench.progress(scenario.name)
      const { name, title, about, metrics, ratio, chart } = scenario
      const result = { name, title, about, metrics, ratio, chart, rows: await scenario.run(bench), machine }
      results.push(result)
      if (process.stdout.isTTY) process.stdout.write(`\n${title}\n\n${plainText(tableOf(result))}\n\n`)
      if (!options.quick) writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
    }
  } finally {
    await bench.close()
  }
  return results
}

const choose = (only: readonly string[]): readonly Scenario[] => {
  const unknown = only.filter(name => !scenarios.some(scenario => scenario.name === name))
  const known = scenarios.map(({ name }) => name).join(', ')
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}; there are ${known}`)
  return scenarios.filter(({ name, byNameOnly = false }) => (only.length === 0 ? !byNameOnly : only.includes(name)))
}

const options = readOptions(process.argv.slice(2))
if (!options.page) {
  checkTools()
  const results = await run(options)
  if (!process.stdout.isTTY) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
}
if (!options.quick) writeFileSync(join(RESULTS, '../RESULTS.md'), resultsPage(readResults()))
