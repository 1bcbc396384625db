import { readFile } from 'node:fs/promises'
import t from 'tap'
import { refusals, type Refusal } from '../src/codes.ts'
import { configSchema } from '../src/config.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

void t.test('the README has every code and every key of the configuration', async t => {
  for (const [code, { status, meaning, fix }] of Object.entries<Refusal>(refusals)) {
    t.match(code, /^SLUICE_REVOCATION_[A-Z_]+$/)
    t.ok(readme.includes(`| \`${code}\` | ${status} | ${meaning} | ${fix} |`), code)
  }
  for (const [key, { description }] of Object.entries(configSchema.properties)) {
    t.ok(description, `${key} has a description`)
    t.ok(readme.includes(`| \`${key}\` |`), key)
  }
})
