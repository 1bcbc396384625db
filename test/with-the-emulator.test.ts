import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createGateway } from '@sluice/core'
import { startEntraEmulator } from '@sluice/entra-emulator'
import t from 'tap'
import { recordingLog } from './support/log.ts'
import { upstream } from './support/upstream.ts'

const root = resolve(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/with-the-emulator.md'), 'utf8')
const run = promisify(execFile)

t.test('the configuration of docs/with-the-emulator.md lets in the token that its commands ask for', async t => {
  const entra = await startEntraEmulator({
    directory: join(root, 'packages/entra-emulator/sample/directory.yaml')
  })
  t.teardown(() => entra.close())
  const { url: mcp } = await upstream(t, (req, res) => void req.resume().on('end', () => res.end('pong')))
  const [yaml = ''] = /(?<=```yaml\n)[^]*?(?=```)/.exec(page) ?? []
  const here = yaml
    .replaceAll('http://127.0.0.1:8082', entra.authority)
    .replace('http://127.0.0.1:3001', mcp)
    .replace('port: 8080', 'port: 0')
  const config = t.testdir({ 'sluice.yaml': `${here}admin: { port: 0 }\n` })
  const gateway = createGateway(join(config, 'sluice.yaml'), {
    pluginBases: [import.meta.url],
    log: recordingLog().log
  })
  t.teardown(() => gateway.close())
  const { url, adminUrl } = await gateway.start()
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  t.equal((await fetch(`${url}/mcp`)).status, 401)
  const [commands = ''] = /(?<=```sh\n)TOKEN=[^]*?(?=```)/.exec(page) ?? []
  const script = commands
    .replace('http://127.0.0.1:8082', entra.authority)
    .replace('curl -sS http://127.0.0.1:8080/mcp', `curl -sS ${url}/mcp`)
  const { stdout } = await run('sh', ['-c', script])
  t.equal(stdout, 'pong')
})
