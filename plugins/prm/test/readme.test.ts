import { readFile } from 'node:fs/promises'
import t from 'tap'
import { warnings } from '../src/codes.ts'
import { configSchema } from '../src/config.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

void t.test('the README has every warning and every key of the configuration', async t => {
  for (const [code, { meaning, fix }] of Object.entries(warnings)) {
    t.ok(readme.includes(`| \`${code}\` | ${meaning} | ${fix} |`), code)
  }
  for (const [key, { description }] of Object.entries(configSchema.properties)) {
    t.ok(description, `${key} has a description`)
    t.ok(readme.includes(`| \`${key}\` |`), key)
  }
})
