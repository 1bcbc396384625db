import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './harness/machine.ts'
import { readOptions } from './harness/options.ts'
import { checkTools } from './harness/requirements.ts'
import type { Result } from './harness/result.ts'
import { readResults, RESULTS, resultsPage } from './harness/results-page.ts'
import { plainText, tableOf } from './harness/table.ts'
import { openWorkbench } from './harness/workbench.ts'
import { scenarios } from './scenarios/index.ts'

const options = readOptions(process.argv.slice(2))
checkTools()
const chosen = scenarios.filter(({ name }) => options.only.length === 0 || options.only.includes(name))
const unknown = options.only.filter(name => !scenarios.some(scenario => scenario.name === name))
if (unknown.length > 0) {
  throw new Error(
    `There is no scenario ${unknown.join(', ')}; there are ${scenarios.map(({ name }) => name).join(', ')}`
  )
}
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
if (!options.quick) writeFileSync(join(RESULTS, '../RESULTS.md'), resultsPage(readResults()))
if (!process.stdout.isTTY) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
