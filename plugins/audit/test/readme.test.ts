import { readFile } from 'node:fs/promises'
import t from 'tap'
import { refusals, type Refusal } from '../src/codes.ts'
import { configSchema } from '../src/config.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

t.test('the README has every code', async t => {
  for (const [code, { status, meaning, fix }] of Object.entries<Refusal>(refusals)) {
    t.match(code, /^SLUICE_AUDIT_[A-Z_]+$/)
    t.ok(readme.includes(`| \`${code}\` | ${status} | ${meaning} | ${fix} |`), code)
  }
})

t.test('and every key', async t => {
  const { checkpoint, rotate, ...others } = configSchema.properties
  const nested = Object.entries({ checkpoint, rotate }).flatMap(([key, { properties }]) =>
    Object.keys(properties).map(name => `${key}.${name}`)
  )
  for (const key of [...Object.keys(others), ...nested])
    t.match(readme, new RegExp(`\`${key.replace('.', '\\.')}(?:: true)?\``), key)
})
