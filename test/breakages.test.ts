import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { breakages } from '@sluice/doctor'
import t from 'tap'
import { cases, signInAtFacade } from './breakages/cases.ts'
import { company } from './breakages/company.ts'
import { signInWithSdk } from './breakages/sdk-client.ts'

for (const { id, name, differences, code, severity, evidence, direct, examined } of cases) {
  t.test(`${id}, ${name}: the doctor says what a client meets`, async t => {
    const contoso = await company(t, differences)
    const { findings, tried } = await contoso.examine(await examined?.(contoso))
    const found = findings.find(finding => finding.id === id)
    t.match(found, { severity, evidence }, JSON.stringify(findings))
    t.ok(found?.remedy.text)
    if (code !== undefined) t.ok(found?.codes.includes(`AADSTS${code}`), `${found?.codes.join(' ')}`)
    if (direct !== undefined) return direct(t, contoso)
    t.equal((await signInWithSdk(t, contoso.mcp)).code, code, 'Entra answers the client of the SDK so')
    t.equal(tried, undefined, 'nothing else is wrong')
  })
}

for (const { id, name, differences, facade } of cases) {
  t.test(`${id}, ${name}: what a client meets at the facade`, async t => {
    const contoso = await company(t, differences, 'facade')
    if (typeof facade === 'string') await signInAtFacade(t, contoso, facade)
    else await facade.run(t, contoso)
  })
}

t.test('a good set-up has no fault, and the client of the SDK gets in', async t => {
  const contoso = await company(t)
  const { findings, unchecked } = await contoso.examine()
  t.strictSame(
    findings.map(({ id, severity }) => [id, severity]),
    [5, 6, 7, 11, 12, 13].map(id => [id, 'limit'])
  )
  t.strictSame(unchecked, [])
  const { code, tokens } = await signInWithSdk(t, contoso.mcp)
  t.equal(code, undefined)
  t.ok(tokens?.access_token)
})

t.test('every breakage has a case', async t => {
  t.strictSame(
    [...new Set(cases.map(({ id }) => id))],
    breakages.map(({ id }) => id)
  )
})

const titleOf = (id: number): string => breakages.find(breakage => breakage.id === id)!.title

const rows = cases.map(({ id, name, code, meets = `AADSTS${code}`, facade, severity }) => {
  const atFacade = typeof facade === 'string' ? facade : facade.says
  return `| ${id} | ${titleOf(id)} | ${name} | ${meets} | ${atFacade} | ${severity} |`
})

const document = `# Sixteen ways in which signing in breaks

What is known to go wrong between MCP clients and Microsoft Entra ID, from public issue threads. For each: a set-up that has it, what a client meets there in direct mode, where people sign in at Entra itself, what it meets where [the facade](facade.md) (\`entra-oauth\`) stands in front of the same set-up, and what \`sluice doctor\` says of the direct set-up before anybody tries ([The doctor](doctor.md)). Each cell is a test (\`test/breakages\`): the client is that of the MCP SDK 2.4, unmodified, or a request as other clients are reported to make it, and for 4, 6, 7 and 16 what such a client does not find; Entra ID is [the emulator](../packages/entra-emulator/README.md), never a live tenant.

Each has a number, which stays; one that shows in two ways has two rows.

A **fault** can be mended in the app registration or the configuration. A **limit** is how Entra is: only some clients meet it.

| | breakage | set-up | a client in direct mode | a client at the facade | doctor |
|---|---|---|---|---|---|
${rows.join('\n')}
`

t.test('docs/breakages.md has these cases', async t => {
  const file = join(resolve(import.meta.dirname, '..'), 'docs/breakages.md')
  // GOLDEN=write after a change of the cases.
  if (process.env['GOLDEN'] === 'write') writeFileSync(file, document)
  t.equal(readFileSync(file, 'utf8'), document)
})
