import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readResults, RESULTS, resultsPage } from '../harness/results-page.ts'

t.test('RESULTS.md is what the results give', async t => {
  t.equal(readFileSync(join(RESULTS, '../RESULTS.md'), 'utf8'), resultsPage(readResults()))
})
