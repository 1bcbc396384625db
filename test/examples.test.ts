import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkGateway, createGateway } from '@sluice/core'
import { startEntraEmulator } from '@sluice/entra-emulator'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import { fakeContext } from '@sluice/test-kit'
import t, { type Test } from 'tap'
import businessHours from '../config/examples/filters/business-hours.ts'
import { recordsOf } from './support/audit-records.ts'
import { recordingLog } from './support/log.ts'
import { claims, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { OtlpReceiver } from './support/otlp-receiver.ts'
import { noRedis, TestRedis } from './support/redis.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { upstream } from './support/upstream.ts'
import { variables } from './support/variables.ts'

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
  return { url: `${url}/mcp`, adminUrl, lines, close: () => gateway.close() }
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

t.test('config/examples/tracing.yaml traces calls, and believes nobody else about what to record', async t => {
  const collector = await OtlpReceiver.start(t)
  variables(t, 'OTEL_', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
  const { url } = await upstream(t, (req, res) => {
    req
      .resume()
      .on('end', () => res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}'))
  })
  const key = await signingPair('k1')
  const { url: keys } = await keyServer(t, [key.jwk])
  const call = async (sample: string): Promise<void> => {
    const gateway = await example(t, 'tracing.yaml', { MCP_UPSTREAM: url, ISSUER, JWKS_URL: keys, SAMPLE: sample })
    while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const headers = { authorization: `Bearer ${await sign(key)}`, 'content-type': 'application/json', traceparent }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } })
    t.equal((await fetch(gateway.url, { method: 'POST', headers, body })).status, 200)
    await gateway.close()
  }
  await call('0')
  t.strictSame(collector.spans, [])
  await call('1')
  t.strictSame(
    collector.spans.map(({ name, kind }) => `${kind} ${name}`),
    ['server POST /mcp', 'server tools/call echo', 'client tools/call echo']
  )
  t.match(collector.spans[0], { attributes: { 'enduser.tenant': ISSUER }, links: [/^4bf92f35/] })
})

t.test('config/examples/tenants.yaml lets each company in at its own URL', async t => {
  const { url } = await upstream(t, (req, res) => void req.resume().on('end', () => res.end('{}')))
  const api = { clientId: GUID, displayName: 'MCP', oauth2PermissionScopes: [{ value: 'mcp_access' }] }
  const [contoso, fabrikam] = ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-8444-666666666666']
  const entra = await startEntraEmulator({
    directory: {
      tenants: [contoso, fabrikam].map(tenantId => ({
        tenantId,
        applications: [{ ...api, requestedAccessTokenVersion: 2 }],
        people: [{ oid: GUID, name: 'Ada', upn: 'ada@contoso.example' }]
      }))
    }
  })
  t.teardown(() => entra.close())
  const gateway = await example(t, 'tenants.yaml', { MCP_UPSTREAM: url, ENTRA_AUTHORITY: entra.authority })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const origin = new URL(gateway.url).origin
  const statuses = (tenantId: string | undefined) =>
    Promise.all(
      ['contoso', 'fabrikam'].map(async company => {
        const headers = { authorization: `Bearer ${entra.issueToken({ tenantId: tenantId! })}` }
        return (await fetch(`${origin}/${company}/mcp`, { method: 'POST', body: '{}', headers })).status
      })
    )
  t.strictSame(await statuses(contoso), [200, 401])
  t.strictSame(await statuses(fabrikam), [401, 200])
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

t.test('config/examples/audit.yaml records every call whole, signed, before it is forwarded', async t => {
  const { url } = await upstream(t, (req, res) => {
    req.resume().on('end', () => res.setHeader('content-type', 'application/json').end('{}'))
  })
  const pair = generateKeyPairSync('ed25519')
  const file = join(temporaryFolder(t), 'audit.jsonl')
  const key = await signingPair('k1')
  const gateway = await example(t, 'audit.yaml', {
    MCP_UPSTREAM: url,
    ISSUER,
    JWKS_URL: (await keyServer(t, [key.jwk])).url,
    SLUICE_AUDIT_FILE: file,
    SLUICE_AUDIT_KEY: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const params = { name: 'pay', arguments: { to: 'Grace', card: { number: '4111' }, note: 'thanks' } }
  const headers = { authorization: `Bearer ${await sign(key)}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  t.equal((await fetch(gateway.url, { method: 'POST', headers, body })).status, 200)
  const [decision] = recordsOf(file)
  t.match(decision, { tool: 'pay', object: 'ada', client: 'vscode', decision: 'allow' })
  t.strictSame(decision!['arguments'], { to: 'Grace', card: '[redacted]', note: 'thanks' })
  await gateway.close()
  const keys = [pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()]
  t.match(await verifyFiles([file], { keys }), { ok: true, chains: [{ unsigned: 0, closed: true }] })
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

t.test('config/examples/facade.yaml stands in front of Entra', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const entra = await startEntraEmulator({ directory: join(root, 'packages/entra-emulator/sample/directory.yaml') })
  t.teardown(() => entra.close())
  const gateway = await example(t, 'facade.yaml', {
    MCP_UPSTREAM: url,
    ENTRA_AUTHORITY: entra.authority,
    ENTRA_TENANT_ID: '11111111-2222-4333-8444-555555555555',
    ENTRA_CLIENT_ID: GUID,
    ENTRA_API_ID: GUID,
    ENTRA_CLIENT_SECRET: 'shh',
    SLUICE_SEALING_KEY: 'a secret of thirty-two characters or more'
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const { origin } = new URL(gateway.url)
  const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server/oauth/mcp`)
  t.match(await metadata.json(), { issuer: 'https://mcp.contoso.example/oauth/mcp' })
  const prm = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)
  t.match(await prm.json(), { authorization_servers: ['https://mcp.contoso.example/oauth/mcp'] })
  t.strictSame(
    gateway.lines.filter(line => line.level === 'warn' && !('status' in line.fields)),
    [],
    'and nothing in it will hurt'
  )
})

for (const name of [
  'audit.yaml',
  'limits.yaml',
  'revocation.yaml',
  'sessions.yaml',
  'shared-limits.yaml',
  'tenants.yaml',
  'tracing.yaml'
]) {
  t.test(`config/examples/${name} tells clients where to sign in`, async t => {
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const env = {
      SLUICE_SEALING_KEY: 'a secret of thirty-two characters or more',
      SLUICE_AUDIT_KEY: key,
      SLUICE_AUDIT_FILE: join(temporaryFolder(t), 'audit.jsonl')
    }
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
