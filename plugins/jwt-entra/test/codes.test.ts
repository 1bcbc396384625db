import { readFile } from 'node:fs/promises'
import t from 'tap'
import { configSchema } from '../src/config.ts'
import { refusals, type Refusal, type RefusalCode } from '../src/codes.ts'
import { refusalReply } from '../src/refusal-reply.ts'

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the catalogue has no keys but its own
const catalogue = Object.entries<Refusal>(refusals) as [RefusalCode, Refusal][]

void t.test('a description goes into a challenge as it is, and misleads no parser', async t => {
  for (const [code, { meaning, fix }] of catalogue) {
    t.match(code, /^SLUICE_AUTH_[A-Z_]+$/)
    // RFC 6750 section 3, and the first match of these names in the header is what clients read.
    t.match(meaning, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,120}\.$/, code)
    t.notMatch(meaning, /scope=|error=|resource_metadata=/)
    t.match(fix, /\.$/)
  }
})

void t.test('every 401 and 400 has one Bearer challenge, and nothing else has', async t => {
  for (const [code, { meaning }] of catalogue) {
    const { status, challenges, reason } = refusalReply(code)
    t.equal(challenges?.length, status === 401 || status === 400 ? 1 : undefined, code)
    t.match(reason, meaning)
  }
})

void t.test('the README has the meaning and the status of every code', async t => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  for (const [code, { status, meaning, fix }] of catalogue) {
    t.ok(readme.includes(`| \`${code}\` | ${status} | ${meaning} | ${fix} |`), code)
  }
})

void t.test('the README has every key of the configuration', async t => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  for (const [key, { description }] of Object.entries(configSchema.properties)) {
    t.ok(description, `${key} has a description`)
    t.match(readme, new RegExp(`^\\| \`${key}[\`.]`, 'm'), key)
  }
})
