import { readFileSync } from 'node:fs'
import t from 'tap'
import { refusals, type Refusal } from '../src/codes.ts'
import { configSchema } from '../src/config.ts'
import { vocabulary } from '../src/vocabulary.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('the README has every key, every refusal, and every name that rules know', async t => {
  for (const key of [
    ...Object.keys(configSchema.properties),
    ...Object.keys(configSchema.properties.groups.properties)
  ])
    t.match(readme, new RegExp(`\\| .*\`${key}\`.* \\|`), key)
  for (const [code, { status, meaning, fix }] of Object.entries<Refusal>(refusals)) {
    t.ok(readme.includes(`| \`${code}\` | ${status} | ${meaning} | ${fix} |`), code)
    t.match(meaning, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,120}\.$/, 'it may stand in a challenge')
  }
  for (const [root, { fields }] of Object.entries(vocabulary)) {
    for (const name of Object.keys(fields))
      t.match(readme, new RegExp(`\`(?:${root})?\\.${name}\\b|\`${name}\``), `${root}.${name}`)
  }
})
