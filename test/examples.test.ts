import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkGateway, createGateway } from '@sluice/core'
import { fakeContext } from '@sluice/test-kit'
import t, { type Test } from 'tap'
import businessHours from '../config/examples/filters/business-hours.ts'
import { recordingLog } from './support/log.ts'
import { claims, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { noRedis, TestRedis } from './support/redis.ts'
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

for (const readme of ['README.md', 'packages/cli/README.md']) {
  t.test(`the configuration in ${readme} is one, too`, async t => {
    const [yaml = ''] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readFileSync(join(root, readme), 'utf8')) ?? []
    const file = join(t.testdir({ 'sluice.yaml': yaml }), 'sluice.yaml')
    const env = { ENTRA_TENANT_ID: GUID, ENTRA_CLIENT_ID: GUID }
    t.not(yaml, '')
    await t.resolves(checkGateway(file, { env, pluginBases }))
  })
}

/** Starts an example as it is. */
const example = async (t: Test, name: string, more: NodeJS.ProcessEnv) => {
  const { log, lines } = recordingLog()
  const env = { PORT: '0', ADMIN_PORT: '0', ...more }
  const gateway = createGateway(join(root, 'config/examples', name), { env, pluginBases, log })
  t.teardown(() => gateway.close())
  const { url, adminUrl } = await gateway.start()
  return { url: `${url}/mcp`, adminUrl, lines }
}

t.test('config/examples/own-filter.yaml refuses outside business hours', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const gateway = await example(t, 'own-filter.yaml', { MCP_UPSTREAM: url })
  const hour = { value: 0 }
  t.intercept(Date.prototype, 'getUTCHours', { value: () => hour.value })
  for (const [at, status] of [
    [7, 403],
    [8, 200],
    [17, 200],
    [18, 403]
  ] as const) {
    hour.value = at
    t.equal((await fetch(gateway.url)).status, status, `${at} o'clock`)
  }
})

t.test('config/examples/openid-provider.yaml takes tokens of another OpenID provider', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const key = await signingPair('k1')
  const { url: keys } = await keyServer(t, [key.jwk])
  const gateway = await example(t, 'openid-provider.yaml', { MCP_UPSTREAM: url, ISSUER, JWKS_URL: keys })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const send = async (token: string) =>
    (await fetch(gateway.url, { headers: { authorization: `Bearer ${token}` } })).status
  t.equal(await send(await sign(key)), 200)
  t.equal(await send(await sign(key, claims({ scope: 'other' }))), 403)
  t.equal(await send(await sign(key, claims(), { typ: 'JWT' })), 401)
  t.strictSame(
    gateway.lines.filter(line => line.level === 'warn' && 'code' in line.fields && !('status' in line.fields)),
    []
  )
})

t.test('config/examples/limits.yaml limits persons and tools', async t => {
  const now = performance.now()
  t.intercept(performance, 'now', { value: () => now })
  const { url } = await upstream(t, (req, res) => void req.resume().on('end', () => res.end('{}')))
  const key = await signingPair('k1')
  const gateway = await example(t, 'limits.yaml', {
    MCP_UPSTREAM: url,
    ISSUER,
    JWKS_URL: (await keyServer(t, [key.jwk])).url
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const call = async (token: string, tool: string) => {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } }
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return (await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(message) })).status
  }
  const [ada, grace] = [await sign(key), await sign(key, claims({ sub: 'grace' }))]
  t.strictSame([await call(ada, 'search'), await call(ada, 'search'), await call(ada, 'echo')], [200, 200, 429])
  t.equal(await call(grace, 'search'), 200)
})

t.test('config/examples/sessions.yaml binds sessions to who began them', async t => {
  const seen: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    seen.push(req.headers['mcp-session-id'])
    req.resume().on('end', () => res.setHeader('mcp-session-id', 'of-the-upstream').end('{}'))
  })
  const key = await signingPair('k1')
  const gateway = await example(t, 'sessions.yaml', {
    MCP_UPSTREAM: url,
    ISSUER,
    JWKS_URL: (await keyServer(t, [key.jwk])).url,
    SLUICE_SEALING_KEY: 'a secret of thirty-two characters or more'
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const [ada, grace] = [await sign(key), await sign(key, claims({ sub: 'grace' }))]
  const post = (token: string, session: object = {}) =>
    fetch(gateway.url, { method: 'POST', body: '{}', headers: { authorization: `Bearer ${token}`, ...session } })
  const session = { 'mcp-session-id': (await post(ada)).headers.get('mcp-session-id') }
  t.equal((await post(ada, session)).status, 200)
  t.equal((await post(grace, session)).status, 404)
  t.strictSame(seen, [undefined, 'of-the-upstream'])
})

t.test('config/examples/revocation.yaml refuses whom revoked.json names', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const key = await signingPair('k1')
  const list = readFileSync(join(root, 'config/examples/revoked.json'), 'utf8').replaceAll(/https:[^"]+/g, ISSUER)
  const gateway = await example(t, 'revocation.yaml', {
    MCP_UPSTREAM: url,
    REVOKED: join(t.testdir({ 'revoked.json': list }), 'revoked.json'),
    ISSUER,
    JWKS_URL: (await keyServer(t, [key.jwk])).url
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const send = async (more: object) => {
    const token = await sign(key, claims({ iat: Math.floor(Date.now() / 1000), ...more }))
    return (await fetch(gateway.url, { headers: { authorization: `Bearer ${token}` } })).headers.get('x-sluice-error')
  }
  t.equal(await send({}), null)
  t.equal(await send({ sub: 'mallory' }), 'SLUICE_REVOCATION_REFUSED')
  t.equal(await send({ iat: undefined }), 'SLUICE_REVOCATION_REFUSED')
})

t.test('config/examples/shared-limits.yaml counts in Redis', { skip: noRedis }, async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const redis = await TestRedis.start(t)
  const key = await signingPair('k1')
  const gateway = await example(t, 'shared-limits.yaml', {
    MCP_UPSTREAM: url,
    REDIS_URL: redis.url,
    ISSUER,
    JWKS_URL: (await keyServer(t, [key.jwk])).url
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  while ((await fetch(gateway.url)).headers.get('ratelimit') === null);
  const response = await fetch(gateway.url, { headers: { authorization: `Bearer ${await sign(key)}` } })
  t.equal(response.headers.get('ratelimit-policy'), '"rate-limit";q=600;w=60')
  t.equal(response.status, 200)
})

for (const name of ['limits.yaml', 'revocation.yaml', 'sessions.yaml', 'shared-limits.yaml']) {
  t.test(`config/examples/${name} tells clients where to sign in`, async t => {
    const env = { SLUICE_SEALING_KEY: 'a secret of thirty-two characters or more' }
    const { settings } = await checkGateway(join(root, 'config/examples', name), { env, pluginBases })
    for (const { filters } of settings.routes) t.ok(filters.findIndex(({ plugin }) => plugin.name === 'prm') >= 0)
  })
}

t.test('docs/writing-a-plugin.md shows that filter as it is', async t => {
  const text = readFileSync(join(root, 'docs/writing-a-plugin.md'), 'utf8')
  const [code = ''] = /(?<=```ts gateway\/business-hours.ts\n)[^]*?(?=```)/.exec(text) ?? []
  const file = readFileSync(join(root, 'config/examples/filters/business-hours.ts'), 'utf8')
  t.equal(code, file.replace(/\/\*\*.*\*\/\n/, ''))
  t.throws(() => businessHours.create({ from: 18, to: 8 }, fakeContext()), /must be before/)
})
