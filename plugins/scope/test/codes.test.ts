import { readFile } from 'node:fs/promises'
import t from 'tap'
import { refusals, type Refusal } from '../src/codes.ts'
import { configSchema } from '../src/config.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

void t.test('a description goes into a challenge as it is, and the README has every code', async t => {
  for (const [code, { status, meaning, fix }] of Object.entries<Refusal>(refusals)) {
    t.match(code, /^SLUICE_SCOPE_[A-Z_]+$/)
    t.match(meaning, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,120}\.$/, code)
    t.notMatch(meaning, /scope=|error=|resource_metadata=/)
    t.ok(readme.includes(`| \`${code}\` | ${status} | ${meaning} | ${fix} |`), code)
  }
})

void t.test('the README has every key of the configuration', async t => {
  for (const [key, { description }] of Object.entries(configSchema.properties)) {
    t.ok(description, `${key} has a description`)
    t.ok(readme.includes(`| \`${key}\` |`), key)
  }
})
