import { readFile } from 'node:fs/promises'
import t from 'tap'
import { refusals, type Refusal } from '../src/codes.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

void t.test('the README has every code', async t => {
  for (const [code, { status, meaning, fix }] of Object.entries<Refusal>(refusals)) {
    t.match(code, /^SLUICE_SESSION_[A-Z_]+$/)
    t.ok(readme.includes(`| \`${code}\` | ${status} | ${meaning} | ${fix} |`), code)
  }
})
