import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { startEntraEmulator } from '@sluice/entra-emulator'
import t from 'tap'
import { parseDocument } from 'yaml'
import { bin, start } from '../packages/cli/test/sluice.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const root = resolve(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')
const run = promisify(execFile)

/** What each block of commands prints, by a part of the block, in the order of the page. */
const expected: readonly (readonly [string, RegExp])[] = [
  ['mkdir secrets', /"ok": ?true/],
  ['kill -HUP', /^$/],
  ['sluice_config_last_reload_successful', /^sluice_config_last_reload_successful 1\n$/],
  ['cat > revoked.new', /^$/],
  ['sluice_revocation', /sluice_revocation_last_load_successful\{[^}]*\} 1[^]*sluice_revocation_entries\{[^}]*\} 1\n/],
  ['seal.new', /^$/],
  ['kill -TERM', /^$/],
  ['readyz?verbose', /\[\+\] serving ok\n[^]*ready\n$/],
  ['sluice check', /"ok": ?true/]
]

t.test('the commands of docs/operations.md do what it says', async t => {
  const folder = temporaryFolder(t)
  const tenant = {
    tenantId: '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44',
    displayName: 'Contoso',
    applications: [{ clientId: 'b92d6e60-86ff-4359-b971-04404fe079ec', displayName: 'Contoso MCP' }],
    people: []
  }
  const entra = await startEntraEmulator({ directory: { tenants: [tenant] } })
  t.teardown(() => entra.close())

  const [yaml = ''] = /(?<=```yaml\n)[^]*?(?=```)/.exec(page) ?? []
  const config = parseDocument(yaml)
  for (const [at, filter] of [
    [0, 'prm'],
    [1, 'jwt-entra']
  ] as const)
    config.setIn(['routes', 0, 'filters', at, filter, 'authority'], entra.authority)
  config.setIn(['listen', 'port'], 0)
  config.setIn(['admin', 'port'], 0)
  config.setIn(['shutdown'], { delay: '0s', grace: '0s' })
  writeFileSync(join(folder, 'sluice.yaml'), String(config))
  mkdirSync(join(folder, 'tls'))
  const certificates = join(root, 'test/support/certificates')
  cpSync(join(certificates, 'localhost.pem'), join(folder, 'tls/cert.pem'))
  cpSync(join(certificates, 'localhost.key'), join(folder, 'tls/key.pem'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/sluice'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`)
  chmodSync(join(folder, 'bin/sluice'), 0o755)

  const env: NodeJS.ProcessEnv = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` }
  const blocks = Array.from(page.matchAll(/^```sh\n([^]*?)^```/gm), ([, block]) => block!)
  const carryOut = async (part: string): Promise<void> => {
    const [, prints] = expected.find(([name]) => name === part)!
    const block = blocks.findLast(text => text.includes(part))!
    // A gateway that looks is waited for by the test, not by the clock.
    const { stdout } = await run('sh', ['-ec', block.replace(/^sleep \d+\n/m, '')], { cwd: folder, env })
    t.match(stdout, prints, part)
  }
  t.equal(blocks.length, expected.length)
  for (const [i, [part]] of expected.entries()) t.ok(blocks[i]!.includes(part), part)

  await carryOut('mkdir secrets')
  const child = start(['run'], folder)
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const until = async (message: RegExp): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the command ended before')
      const fields = JSON.parse(value) as Record<string, unknown>
      if (message.test(String(fields['msg']))) return fields
    }
  }
  const serving = await until(/^serving$/)
  t.match(serving['listen'], /^https:/)
  Object.assign(env, { ADMIN: serving['admin'], SLUICE_PID: String(child.pid) })
  while ((await fetch(`${String(serving['admin'])}/readyz`)).status !== 200);

  await carryOut('kill -HUP')
  await until(/was reloaded/)
  await carryOut('sluice_config_last_reload_successful')
  await carryOut('cat > revoked.new')
  t.match(await until(/another list of revocations/), { entries: 1 })
  await carryOut('sluice_revocation')
  const before = readFileSync(join(folder, 'secrets/seal'), 'utf8')
  await carryOut('seal.new')
  t.match(await until(/was reloaded/), { keys: ['sealing'] })
  t.equal(readFileSync(join(folder, 'secrets/seal-before'), 'utf8'), before)
  t.not(readFileSync(join(folder, 'secrets/seal'), 'utf8'), before)
  await carryOut('readyz?verbose')
  await carryOut('sluice check')
  await carryOut('kill -TERM')
  t.strictSame(await exited, [0, null])
})
