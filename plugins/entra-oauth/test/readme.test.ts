import { readFile } from 'node:fs/promises'
import t from 'tap'
import { refusals, type Refusal } from '../src/codes.ts'
import { configSchema } from '../src/config.ts'
import { facadeExplanations } from '@sluice/aadsts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

t.test('the README has every code and every key of the configuration', async t => {
  for (const [code, { status, error, meaning, fix }] of Object.entries<Refusal>(refusals)) {
    t.match(code, /^SLUICE_OAUTH_[A-Z_]+$/)
    t.ok(
      readme.includes(`| \`${code}\` | ${status} | \`${error}\` | ${meaning} | ${fix.replaceAll('<', '&lt;')} |`),
      code
    )
  }
  for (const [key, { description }] of Object.entries(configSchema.properties)) {
    t.ok(description, `${key} has a description`)
    t.ok(readme.includes(`| \`${key}\` |`), key)
  }
})

t.test('what goes into error_description is of its characters (RFC 6749 section 5.2)', async t => {
  const texts = [
    ...Object.values<Refusal>(refusals).map(({ meaning, fix }) => `${meaning} ${fix}`),
    ...Object.values(facadeExplanations).map(({ text }) => text)
  ]
  for (const text of texts) t.match(text, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
})
