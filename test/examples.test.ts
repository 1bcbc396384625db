import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkGateway, createGateway } from '@sluice/core'
import { fakeContext, fakeExchange } from '@sluice/test-kit'
import t from 'tap'
import businessHours from '../config/examples/filters/business-hours.ts'
import { recordingLog } from './support/log.ts'
import { claims, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { upstream } from './support/upstream.ts'

const root = resolve(import.meta.dirname, '..')
const pluginBases = [import.meta.url]
const GUID = 'b92d6e60-86ff-4359-b971-04404fe079ec'

t.test('config/sluice.yaml is a configuration that can be served', async t => {
  const env = { ENTRA_TENANT_ID: GUID, ENTRA_CLIENT_ID: GUID, SLUICE_PUBLIC_URL: 'https://mcp.contoso.example' }
  const { log, lines } = recordingLog()
  await checkGateway(join(root, 'config/sluice.yaml'), { env, pluginBases, log })
  t.strictSame(
    lines.filter(line => line.level === 'warn'),
    [],
    'and nothing in it will hurt'
  )
})

t.test('the configuration in README.md is one, too', async t => {
  const [yaml = ''] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  const file = join(t.testdir({ 'sluice.yaml': yaml }), 'sluice.yaml')
  const env = { ENTRA_TENANT_ID: GUID, ENTRA_CLIENT_ID: GUID }
  await t.resolves(checkGateway(file, { env, pluginBases }))
})

t.test('config/examples/own-filter.yaml refuses outside business hours', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const env = { MCP_UPSTREAM: url, PORT: '0', ADMIN_PORT: '0' }
  const gateway = createGateway(join(root, 'config/examples/own-filter.yaml'), { env, pluginBases })
  await gateway.start()
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
  const gateway = createGateway(join(root, 'config/examples/openid-provider.yaml'), { env, pluginBases, log })
  await gateway.start()
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

t.test('docs/writing-a-plugin.md shows that filter as it is, and how it is tested', async t => {
  const text = readFileSync(join(root, 'docs/writing-a-plugin.md'), 'utf8')
  const [code = ''] = /(?<=```ts\n)[^]*?(?=```)/.exec(text) ?? []
  const file = readFileSync(join(root, 'config/examples/filters/business-hours.ts'), 'utf8')
  t.equal(code, file.replace(/\/\*\*.*\*\/\n/, ''))
  t.intercept(Date.prototype, 'getUTCHours', { value: () => 3 })
  const filter = await businessHours.create({ from: 8, to: 18 }, fakeContext())
  t.match(await filter.onRequest?.(fakeExchange({ method: 'POST', path: '/mcp' })), { code: 'CONTOSO_CLOSED' })
  t.throws(() => businessHours.create({ from: 18, to: 8 }, fakeContext()), /must be before/)
})
