import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { explanations, facadeExplanations } from '@sluice/aadsts'
import t from 'tap'

const docs = join(resolve(import.meta.dirname, '..'), 'docs')
const file = join(docs, 'aadsts.md')

const rows = Object.entries(explanations).map(([code, { meaning, fix }]) => `| AADSTS${code} | ${meaning} | ${fix} |`)

const document = `# AADSTS codes

What Entra ID says in the browser, or answers a client at its token endpoint, and what it means for an MCP server behind Sluice. \`sluice doctor --decode CODE\` says the same, and takes a whole error message too.

The sentences come from Microsoft's documentation and from public reports. [The emulator](../packages/entra-emulator/README.md) gives most of these codes in these cases; none was provoked at a live tenant. Microsoft's own text of a code: \`https://login.microsoftonline.com/error?code=9010010\`.

| code | meaning here | what to do |
|---|---|---|
${rows.join('\n')}
`

t.test('docs/aadsts.md says what the catalogue says', async t => {
  // GOLDEN=write after a change of the catalogue.
  if (process.env['GOLDEN'] === 'write') writeFileSync(file, document)
  t.equal(readFileSync(file, 'utf8'), document)
})

const HEAD = '| Code | Who can mend it | What it means |\n|---|---|---|\n'

t.test('docs/facade.md says what the gateway says of each code', async t => {
  const page = join(docs, 'facade.md')
  const text = readFileSync(page, 'utf8')
  const table = Object.entries(facadeExplanations)
    .map(([code, { mending, text }]) => `| AADSTS${code} | ${mending} | ${text.replaceAll('<', '&lt;')} |\n`)
    .join('')
  const start = text.indexOf(HEAD)
  t.ok(start > 0, 'the table is there')
  const expected = text.slice(0, start) + HEAD + table + text.slice(text.indexOf('\n\n', start) + 1)
  if (process.env['GOLDEN'] === 'write') writeFileSync(page, expected)
  t.equal(readFileSync(page, 'utf8'), expected)
})
