import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkGateway, loadConfig, startGateway } from '@sluice/core'
import { fakeContext } from '@sluice/test-kit'
import t from 'tap'
import businessHours from '../config/examples/filters/business-hours.ts'
import { recordingLog } from './support/log.ts'
import { claims, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { upstream } from './support/upstream.ts'

const root = resolve(import.meta.dirname, '..')
const inEveryChain = ['origin']
const GUID = 'b92d6e60-86ff-4359-b971-04404fe079ec'

t.test('config/sluice.yaml is a configuration that can be served', async t => {
  const env = { ENTRA_TENANT_ID: GUID, ENTRA_CLIENT_ID: GUID, SLUICE_PUBLIC_URL: 'https://mcp.contoso.example' }
  const { log, lines } = recordingLog()
  await checkGateway(
    await loadConfig(join(root, 'config/sluice.yaml'), { env, pluginBases: [import.meta.url], inEveryChain }),
    log
  )
  t.strictSame(
    lines.filter(line => line.level === 'warn'),
    [],
    'and nothing in it will hurt'
  )
})

for (const readme of ['README.md', 'packages/cli/README.md']) {
  t.test(`the configuration in ${readme} is one, too`, async t => {
    const [yaml = ''] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readFileSync(join(root, readme), 'utf8')) ?? []
    const file = join(t.testdir({ 'sluice.yaml': yaml }), 'sluice.yaml')
    const env = { ENTRA_TENANT_ID: GUID, ENTRA_CLIENT_ID: GUID }
    const config = await loadConfig(file, { env, pluginBases: [import.meta.url], inEveryChain })
    t.equal(config.settings.routes.length, 1)
    await checkGateway(config, recordingLog().log)
  })
}

t.test('config/examples/own-filter.yaml refuses outside business hours', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const env = { MCP_UPSTREAM: url, PORT: '0', ADMIN_PORT: '0' }
  const config = await loadConfig(join(root, 'config/examples/own-filter.yaml'), {
    env,
    pluginBases: [import.meta.url],
    inEveryChain
  })
  const gateway = await startGateway(config, recordingLog().log)
  t.teardown(() => gateway.close())
  const hour = { value: 0 }
  t.intercept(Date.prototype, 'getUTCHours', { value: () => hour.value })
  for (const [at, status] of [
    [7, 403],
    [8, 200],
    [17, 200],
    [18, 403]
  ] as const) {
    hour.value = at
    t.equal((await fetch(`${gateway.url}/mcp`)).status, status, `${at} o'clock`)
  }
})

t.test('config/examples/openid-provider.yaml takes tokens of another OpenID provider', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const key = await signingPair('k1')
  const env = {
    MCP_UPSTREAM: url,
    PORT: '0',
    ADMIN_PORT: '0',
    ISSUER,
    JWKS_URL: (await keyServer(t, [key.jwk])).url
  }
  const { log, lines } = recordingLog()
  const config = await loadConfig(join(root, 'config/examples/openid-provider.yaml'), {
    env,
    pluginBases: [import.meta.url],
    inEveryChain
  })
  const gateway = await startGateway(config, log)
  t.teardown(() => gateway.close())
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const send = async (token: string) =>
    (await fetch(`${gateway.url}/mcp`, { headers: { authorization: `Bearer ${token}` } })).status
  t.equal(await send(await sign(key)), 200)
  t.equal(await send(await sign(key, claims({ scope: 'other' }))), 403)
  t.equal(await send(await sign(key, claims(), { typ: 'JWT' })), 401)
  t.strictSame(
    lines.filter(line => line.level === 'warn' && 'code' in line.fields && !('status' in line.fields)),
    []
  )
})

t.test('docs/writing-a-plugin.md shows that filter as it is', async t => {
  const text = readFileSync(join(root, 'docs/writing-a-plugin.md'), 'utf8')
  const [code = ''] = /(?<=```ts gateway\/business-hours.ts\n)[^]*?(?=```)/.exec(text) ?? []
  const file = readFileSync(join(root, 'config/examples/filters/business-hours.ts'), 'utf8')
  t.equal(code, file.replace(/\/\*\*.*\*\/\n/, ''))
  t.throws(() => businessHours.create({ from: 18, to: 8 }, fakeContext()), /must be before/)
})
