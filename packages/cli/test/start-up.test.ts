import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { start } from './sluice.ts'

const TENANT = '11111111-2222-4333-8444-555555555555'
const config = `publicUrl: https://mcp.contoso.example
listen: { port: 0 }
admin: { port: 0 }
routes:
  - name: all
    path: /mcp
    upstream: http://127.0.0.1:9
    filters:
      - prm: { tenant: ${TENANT}, scopesSupported: [https://mcp.contoso.example/mcp/mcp_access] }
      - jwt-entra: { tenant: ${TENANT}, authority: http://127.0.0.1:9, audiences: [${TENANT}] }
      - scope: { required: [mcp_access] }
`
/** Writes down what a process has loaded when it ends: files, and parts of Node. */
const witness = `
import { registerHooks } from 'node:module'
import { writeFileSync } from 'node:fs'
const files = []
registerHooks({ load: (url, context, next) => (files.push(url), next(url, context)) })
process.on('exit', () => writeFileSync('loaded.json', JSON.stringify([...files, ...process.moduleLoadList])))
`

t.test('a start loads nothing that its configuration does not use', async t => {
  const folder = t.testdir({ 'sluice.yaml': config, 'witness.mjs': witness })
  const child = start(['run'], folder, { NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'witness.mjs')).href}` })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if ((JSON.parse(line) as { msg: string }).msg === 'serving') break
  }
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
  const loaded = JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8')) as readonly string[]
  t.ok(
    loaded.some(name => name.includes('/jwt-entra/')) && loaded.includes('NativeModule http'),
    'it sees what is loaded'
  )
  const superfluous = [
    // node:http, imported as a module, brings it, and so does fetch.
    /undici/,
    /node_modules\/(?:prom-client|@opentelemetry|jose|ioredis|pino-pretty|@bufbuild)\//,
    /(?<!\/src)\/plugins\/(?!jwt-entra|origin|prm|scope)/,
    /\/packages\/doctor\//,
    /\/commands\/(?!run)/
  ]
  for (const pattern of superfluous)
    t.strictSame(
      loaded.filter(name => pattern.test(name)),
      [],
      String(pattern)
    )
})
