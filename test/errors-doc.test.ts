import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { codes } from '@sluice/core'
import t from 'tap'
import { refusals as auditRefusals } from '../plugins/audit/src/codes.ts'
import { refusals as oauthRefusals } from '../plugins/entra-oauth/src/codes.ts'
import { permissions as authzPermissions, refusals as authzRefusals } from '../plugins/authz/src/codes.ts'
import { refusals as authRefusals, warnings as authWarnings } from '../plugins/jwt-entra/src/codes.ts'
import { refusals as originRefusals } from '../plugins/origin/src/codes.ts'
import { warnings as prmWarnings } from '../plugins/prm/src/codes.ts'
import { refusals as limitRefusals } from '../plugins/rate-limit/src/codes.ts'
import { refusals as revocationRefusals } from '../plugins/revocation/src/codes.ts'
import { refusals as scopeRefusals } from '../plugins/scope/src/codes.ts'
import { refusals as sessionRefusals } from '../plugins/session-binding/src/codes.ts'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'docs/errors.md')

interface Row {
  readonly status: number
  readonly meaning: string
  readonly fix: string
}

const catalogues: readonly (readonly [string, Record<string, Row>])[] = [
  ['The gateway itself', codes],
  ['origin', originRefusals],
  ['jwt-entra', authRefusals],
  ['revocation', revocationRefusals],
  ['scope', scopeRefusals],
  ['authz', authzRefusals],
  ['rate-limit', limitRefusals],
  ['session-binding', sessionRefusals],
  ['audit', auditRefusals],
  ['entra-oauth', oauthRefusals]
]

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const table = (rows: Record<string, Row>): string =>
  Object.entries(rows)
    .map(([code, { status, meaning, fix }]) => `| \`${code}\` | ${status} | ${cell(meaning)} | ${cell(fix)} |`)
    .join('\n')

const warningTable = (rows: Record<string, Omit<Row, 'status'>>): string =>
  Object.entries(rows)
    .map(([code, { meaning, fix }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(fix)} |`)
    .join('\n')

const document = (): string => `# Errors

Every answer that the gateway makes itself carries its code in \`x-sluice-error\`, in the body and in the log, with the request id (\`x-request-id\`) that finds the line. For a POST the body is a JSON-RPC error with the code in \`error.data.code\`; for other methods it is \`{ "error": { "code", "message", "requestId" } }\`.

401 means that a new token helps. 403 with \`error="insufficient_scope"\` means that a token with more scopes helps, 403 without it that signing in again does not. A code never changes its meaning.
${catalogues.map(([name, rows]) => `\n## ${name}\n\n| code | HTTP status | meaning | how to fix |\n|---|---|---|---|\n${table(rows)}\n`).join('')}
## Warnings

In the log when the configuration loads, and from \`sluice check\`.

| code | meaning | how to fix |
|---|---|---|
${warningTable({ ...authWarnings, ...prmWarnings })}

## Decisions that let pass

In the decisions of an exchange, beside those that refuse.

| code | meaning |
|---|---|
${Object.entries(authzPermissions)
  .map(([code, { meaning }]) => `| \`${code}\` | ${cell(meaning)} |`)
  .join('\n')}
`

t.test('docs/errors.md says what the catalogues say', async t => {
  // GOLDEN=write after a change of a catalogue.
  if (process.env['GOLDEN'] === 'write') writeFileSync(file, document())
  t.equal(readFileSync(file, 'utf8'), document())
})

t.test('every code in the sources stands in a catalogue, and belongs to one alone', async t => {
  const known = [...catalogues.map(([, rows]) => rows), authWarnings, prmWarnings, authzPermissions].flatMap(rows =>
    Object.keys(rows)
  )
  t.equal(new Set(known).size, known.length, 'no code stands in two')
  for (const source of globSync(['packages/{core,cli}/src/**/*.ts', 'plugins/*/src/**/*.ts'], { cwd: root })) {
    for (const [code] of readFileSync(join(root, source), 'utf8').matchAll(/\bSLUICE_(?!PUBLIC)[A-Z]+_[A-Z_]+\b/g)) {
      t.ok(known.includes(code), `${source}: ${code}`)
    }
  }
})
