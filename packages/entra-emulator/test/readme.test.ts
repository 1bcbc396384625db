import { readFileSync } from 'node:fs'
import t from 'tap'
import { aadsts } from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('the table of codes in the README is the catalogue', async t => {
  const rows = [...readme.matchAll(/^\| (\d+) \| `(\w+)` \| (\d+) \|/gm)].map(row => row.slice(1).join(' '))
  t.strictSame(
    rows,
    Object.entries(aadsts).map(([code, { error, status }]) => `${code} ${error} ${status}`)
  )
})
