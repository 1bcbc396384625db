import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { sluice } from './sluice.ts'

const here = import.meta.dirname
t.jobs = 2

for (const yaml of globSync('broken/*.yaml', { cwd: here }).toSorted()) {
  t.test(
    `${basename(yaml, '.yaml')}: each fault has its place and says what to write instead`,
    { buffered: true },
    async t => {
      const { code, stdout, stderr } = await sluice(['check', '--config', yaml], here)
      const golden = join(here, yaml.replace(/yaml$/, 'txt'))
      const complaint = stderr.replaceAll(here, '…')
      // GOLDEN=write after a deliberate change of wording; read the diff before committing it.
      if (process.env['GOLDEN'] === 'write') writeFileSync(golden, complaint)
      t.equal(complaint, readFileSync(golden, 'utf8'))
      t.equal(code, 1)
      const { ok, issues } = JSON.parse(stdout) as {
        ok: boolean
        issues: { line: number; column: number; message: string }[]
      }
      t.equal(ok, false, 'piped, it is JSON')
      for (const { line, column, message } of issues) t.match(complaint, `:${line}:${column} `, message)
    }
  )
}

t.test('a good configuration is exit 0; what will hurt is a warning', async t => {
  const tenant = '11111111-2222-4333-8444-555555555555'
  const config = `publicUrl: https://mcp.contoso.example
routes:
  - name: a
    path: /mcp
    upstream: http://127.0.0.1:3001/mcp
    filters:
      - prm: { tenant: ${tenant}, scopesSupported: [api://x/mcp_access] }
      - jwt-entra: { tenant: ${tenant}, audiences: [api://x] }
      - scope: { required: [mcp_access] }`
  const { code, stdout, stderr } = await sluice(['check'], t.testdir({ 'sluice.yaml': config }))
  t.equal(code, 0, stderr)
  t.match(stderr, /^warning: a\/prm: .*scope/i)
  t.match(JSON.parse(stdout), { ok: true, warnings: [{ entry: 'a/prm', code: 'SLUICE_PRM_SCOPE_OUTSIDE_RESOURCE' }] })
})
