import { once } from 'node:events'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { checkGateway } from '@sluice/core'
import { fakePrincipal } from '@sluice/test-kit'
import type { Exchange, Plugin, Principal } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { CLIENT, contoso, DAEMON, TENANT } from './support/contoso.ts'
import { configOf, embeddedGateway } from './support/generations.ts'
import { type LogLine, told } from './support/log.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const ADA = '55555555-6666-4777-8888-999999999999'
const GRACE = '55555555-6666-4777-8888-bbbbbbbbbbbb'
const ada = { tenant: TENANT, object: ADA }

/** Waits turn by turn, for what a look at a file brings. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise(resolve => setImmediate(resolve))
}

/** A list that is written anew, and the gateway's word for it. */
const listIn = (t: Test) => {
  const file = join(temporaryFolder(t), 'revoked.yaml')
  let changes = 0
  /** By a rename: what is written in place may be read half. */
  const write = (revoked: readonly object[] | string): void => {
    writeFileSync(`${file}.new`, typeof revoked === 'string' ? revoked : JSON.stringify({ revoked }))
    renameSync(`${file}.new`, file)
  }
  write([])
  return {
    file,
    write,
    /** Writes, and waits until that is in effect. */
    async revoke(log: readonly LogLine[], ...revoked: readonly object[]): Promise<void> {
      changes++
      write(revoked)
      await until(() => log.filter(({ message }) => message.startsWith('another list')).length === changes)
    },
    /** Waits until a list is refused. */
    async refused(log: readonly LogLine[], reason: RegExp): Promise<void> {
      await until(() =>
        log.some(({ message, fields }) => /one before stays/.test(message) && reason.test(String(fields['reason'])))
      )
    }
  }
}

/** A company with an upstream whose answers the test writes. */
const company = async (t: Test, more: Partial<Parameters<typeof contoso>[1]> = {}) => {
  const server = await upstream(t)
  const list = listIn(t)
  const filters = [{ revocation: { file: list.file } }]
  const { entra, mcp, log, admin } = await contoso(t, {
    upstream: server.url,
    filters,
    patience: { lookMs: 2 },
    ...more
  })
  const token = (options: Parameters<typeof entra.issueToken>[0] = {}) =>
    entra.issueToken({ scopes: ['mcp_access'], ...options })
  /** Sends a request by hand, and waits for the upstream to have it. */
  const ask = async (token: string, method: string, fields: readonly string[] = [], body = '') => {
    const arrived = server.next()
    const wire = await Wire.to(mcp)
    const { host, pathname } = new URL(mcp)
    const length = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]
    const head = [`${method} ${pathname} HTTP/1.1`, `host: ${host}`, `authorization: Bearer ${token}`]
    wire.write(...head, ...fields, ...length, '', body)
    const [req, res] = await arrived
    req.resume()
    return { wire, res, gone: once(res, 'close') }
  }
  /** Asks for what the upstream answers at once. */
  const status = async (token: string) => {
    server.server.once('request', (_req, res: ServerResponse) => void res.end('{}'))
    const response = await fetch(mcp, { headers: { authorization: `Bearer ${token}` } })
    server.server.removeAllListeners('request')
    return response
  }
  return { ...list, server, entra, mcp, log, admin, token, ask, status }
}

const stream = (res: ServerResponse): ServerResponse => res.writeHead(200, { 'content-type': 'text/event-stream' })

const metric = async (admin: string, name: string): Promise<string | undefined> =>
  new RegExp(`^${name}\\S* (.+)$`, 'm').exec(await (await fetch(`${admin}/metrics`)).text())?.[1]

t.test(
  'a token that was let through is refused as soon as the list names its person, and again let through',
  async t => {
    const { log, admin, token, status, revoke } = await company(t)
    const mine = token()
    const other = token({ claims: { oid: GRACE } })
    t.strictSame([(await status(mine)).status, (await status(other)).status], [200, 200])
    await revoke(log, { ...ada, reason: 'left the company' })
    const refused = await status(mine)
    t.equal(refused.status, 401)
    t.equal(refused.headers.get('x-sluice-error'), 'SLUICE_REVOCATION_REFUSED')
    t.match(
      refused.headers.get('www-authenticate'),
      /^Bearer error="invalid_token", error_description="The access token is revoked here\.", resource_metadata="[^"]+", scope="[^"]+"$/
    )
    t.notMatch(await refused.text(), 'left the company')
    t.equal((await status(token())).status, 401, 'a new token of hers, too')
    t.equal((await status(other)).status, 200)
    t.equal(await metric(admin, 'sluice_revocation_refused_total'), '2')
    t.equal(await metric(admin, 'sluice_revocation_entries'), '1')
    await revoke(log)
    t.equal((await status(mine)).status, 200)
    t.notMatch(JSON.stringify(log), mine)
  }
)

t.test('all that a revoked person has open ends, and nobody else’s', async t => {
  for (const routeFilters of [[], [{ 'rate-limit': { by: 'principal', limit: 99, per: '1m', cost: { x: 1 } } }]]) {
    const { log, admin, token, ask, revoke } = await company(t, { routeFilters })
    const call = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'x' } })
    const listen = JSON.stringify({ jsonrpc: '2.0', id: 8, method: 'subscriptions/listen', params: {} })
    const got = await ask(token(), 'GET')
    const listening = await ask(token(), 'POST', ['mcp-method: subscriptions/listen'], listen)
    const events = await ask(token(), 'POST', ['mcp-method: tools/call'], call)
    const silent = await ask(token(), 'POST', ['mcp-method: tools/call'], call)
    const other = await ask(token({ claims: { oid: GRACE } }), 'GET')
    for (const { res } of [got, listening, events, other]) stream(res).write('data: 1\n\n')
    for (const { wire } of [got, listening, events, other]) await wire.until(/data: 1/)
    await revoke(log, ada)
    await Promise.all([got.gone, listening.gone, events.gone, silent.gone])
    for (const { wire } of [got, listening, events]) t.match(await wire.until(/\r\n0\r\n\r\n/), /data: 1\n\n/)
    t.match(await silent.wire.until(/"error"/), /^HTTP\/1\.1 403 [^]*x-sluice-error: SLUICE_REVOCATION_ENDED/)
    if (routeFilters.length > 0) t.match(events.wire.received, /"id":7[^]*SLUICE_REVOCATION_ENDED/, 'the call is told')
    other.res.write('data: 2\n\n')
    await other.wire.until(/data: 2/)
    t.equal(await metric(admin, 'sluice_revocation_ended_total'), '4')
    t.match(
      log.find(({ message }) => message.startsWith('ended, for')),
      {
        fields: { filter: 'global/revocation', code: 'SLUICE_REVOCATION_ENDED', route: 'demo' }
      }
    )
    for (const { wire } of [got, listening, events, silent, other]) wire.socket.destroy()
  }
})

t.test('agents that act for a person, applications and clients are revoked by what their tokens say', async t => {
  const { log, token, status, revoke } = await company(t, { appRoles: ['Mcp.Invoke'] })
  const agent = { client: CLIENT, claims: { azp: DAEMON, xms_act_fct: '11', idtyp: 'user' } }
  const app = { kind: 'app', client: DAEMON } as const
  const statuses = async () => [
    (await status(token())).status,
    (await status(token(agent))).status,
    (await status(token(app))).status
  ]
  t.strictSame(await statuses(), [200, 200, 200])
  await revoke(log, ada)
  t.strictSame(await statuses(), [401, 401, 200])
  await revoke(log, { client: DAEMON })
  t.strictSame(await statuses(), [200, 401, 401])
  await revoke(log, { tenant: TENANT, issuedBefore: new Date(Date.now() + 60_000).toISOString() })
  t.strictSame(await statuses(), [401, 401, 401])
  await revoke(log, { tenant: TENANT, issuedBefore: '2020-01-01T00:00:00Z' })
  t.strictSame(await statuses(), [200, 200, 200])
})

t.test(
  'a list that cannot be used leaves the one before, says where it is wrong, and is seen when it is mended',
  async t => {
    const { file, log, admin, token, status, write, revoke, refused } = await company(t)
    await revoke(log, ada)
    const mine = token()
    const entry = `revoked:\n  - { tenant: ${TENANT}, object: ${GRACE} }\n`
    for (const [text, reason] of [
      [
        `${entry}  - { tenant: ${TENANT}, objct: ${ADA} }\n`,
        /revoked\.yaml:3:\d+ revoked\[1\]\.objct: unknown key[^]*Did you mean "object"/
      ],
      [
        `${entry}  - { object: ${ADA} }\n`,
        /revoked\.yaml:3:\d+ revoked\[1\]\.object: the key "object" goes only together with "tenant"/
      ],
      [
        `${entry}  - { tenant: ${TENANT} }\n`,
        /revoked\.yaml:3:\d+ revoked\[1\]: one of the keys "object" or "client" or "issuedBefore" is missing/
      ],
      [
        `${entry}  - { tenant: ${TENANT}, object: ada }\n`,
        /revoked\.yaml:3:\d+ revoked\[1\]\.object: "ada" is no GUID/
      ],
      [
        `${entry}  - { client: ${DAEMON}, until: tomorrow }\n`,
        /revoked\.yaml:3:\d+ revoked\[1\]\.until: "tomorrow" is not what belongs here/
      ],
      ['revoked: [', /revoked\.yaml:\d+:\d+ not YAML/],
      ['', /the file must be one map/]
    ] as const) {
      write(text)
      await refused(log, reason)
      t.equal((await status(mine)).status, 401, String(reason))
      t.equal(await metric(admin, 'sluice_revocation_last_load_successful'), '0')
    }
    rmSync(file)
    await refused(log, /there is no such file/)
    t.equal((await status(mine)).status, 401, 'without a file, too')
    await revoke(log)
    t.equal((await status(mine)).status, 200)
    t.equal(await metric(admin, 'sluice_revocation_last_load_successful'), '1')
  }
)

t.test('without a list that can be used nothing starts', async t => {
  const { file, write } = listIn(t)
  const config = {
    ...configOf({ name: 'all', path: '/*', upstream: 'http://127.0.0.1:1' }),
    filters: [{ revocation: { file } }]
  }
  const check = () => checkGateway(config, { pluginBases: [import.meta.url] })
  await t.resolves(check())
  write('revoked:\n  - { client: vscode }\n')
  await t.rejects(check(), { message: /revoked\.yaml:2:15 revoked\[0\]\.client: "vscode" is no GUID/ })
  rmSync(file)
  await t.rejects(check(), { message: /revoked\.yaml:1:1 there is no such file/ })
})

/** Sets the principal, in `onRequest` or later. */
const provider = (hook: 'onRequest' | 'onMcpRequest'): Plugin => ({
  name: 'provider',
  version: '1.0.0',
  api: 1,
  configSchema: {},
  provides: ['principal'],
  create(_config, ctx) {
    const principal = ctx.fact<Principal>('principal')
    const set = (x: Exchange): undefined => {
      principal.set(x, fakePrincipal())
    }
    if (hook === 'onRequest') return { onRequest: set }
    return { mcp: { requests: ['*'] }, onMcpRequest: (_m, x) => set(x) }
  }
})

const answering: Plugin = {
  name: 'answering',
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create: () => ({ onRequest: () => ({ status: 200, body: 'for members only' }) })
}

const { tenantId, objectId } = fakePrincipal()
const caller = { tenant: tenantId, object: objectId }

t.test('no filter answers a revoked person in its place', async t => {
  const { file, write } = listIn(t)
  write([caller])
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const route = { name: 'all', path: '/*', upstream: url }
  const options = { plugins: [provider('onRequest'), answering], pluginBases: [import.meta.url] }
  for (const [filters, own] of [
    [[{ revocation: { file } }, { provider: {} }, { answering: {} }], []],
    [[{ revocation: { file } }], [{ provider: {} }, { answering: {} }]],
    [[], [{ revocation: { file } }, { provider: {} }, { answering: {} }]]
  ]) {
    const gateway = await embeddedGateway(t, { ...configOf({ ...route, filters: own! }), filters: filters! }, options)
    t.equal((await fetch(gateway.url)).status, 401)
  }
})

t.test('a principal that is found out with the messages is judged, too', async t => {
  const { file, write } = listIn(t)
  write([caller])
  const { url } = await upstream(t, (_req, res) => void res.end('{}'))
  const config = configOf({
    name: 'all',
    path: '/*',
    upstream: url,
    filters: [{ revocation: { file } }, { provider: {} }]
  })
  const gateway = await embeddedGateway(t, config, {
    plugins: [provider('onMcpRequest')],
    pluginBases: [import.meta.url]
  })
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
  const post = await fetch(gateway.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  t.equal(post.status, 401)
})

t.test('who did not say who they are is nobody that a list could name', async t => {
  const { file, write } = listIn(t)
  write([{ issuedBefore: '2100-01-01T00:00:00Z' }])
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const nobody: Plugin = { ...provider('onRequest'), create: () => ({}) }
  const config = configOf({
    name: 'all',
    path: '/*',
    upstream: url,
    filters: [{ revocation: { file } }, { provider: {} }]
  })
  const gateway = await embeddedGateway(t, config, { plugins: [nobody], pluginBases: [import.meta.url] })
  t.equal((await fetch(gateway.url)).status, 200)
})

t.test('streams of before a reload end, also of a route that is gone', async t => {
  const { file, write } = listIn(t)
  const server = await upstream(t)
  const route = (name: string) => ({ name, path: `/${name}`, upstream: server.url, filters: [{ provider: {} }] })
  const config = (...names: string[]) => ({ ...configOf(...names.map(route)), filters: [{ revocation: { file } }] })
  const gateway = await embeddedGateway(t, config('a', 'b'), {
    plugins: [provider('onRequest')],
    pluginBases: [import.meta.url],
    patience: { lookMs: 2 }
  })
  const open = async (path: string) => {
    const arrived = server.next()
    const wire = await Wire.to(gateway.url)
    wire.write(`GET ${path} HTTP/1.1`, 'host: x', '', '')
    const [, res] = await arrived
    stream(res).write('data: 1\n\n')
    await wire.until(/data: 1/)
    return wire
  }
  const wires = [await open('/a'), await open('/b')]
  await gateway.reload(config('b', 'c'))
  wires.push(await open('/c'))
  write([caller])
  for (const wire of wires) await wire.until(/\r\n0\r\n\r\n/)
  t.equal((await fetch(`${gateway.url}/b`)).status, 401)
  t.equal(
    told(gateway).filter(({ message }) => message.startsWith('another list')).length,
    1,
    'one list for all routes'
  )
  for (const wire of wires) wire.socket.destroy()
})

t.test('a list that comes with a reload ends what is open, too', async t => {
  const { file, write } = listIn(t)
  write([caller])
  const server = await upstream(t)
  const config = (...filters: Record<string, object>[]) => ({
    ...configOf({ name: 'a', path: '/a', upstream: server.url, filters: [{ provider: {} }] }),
    filters
  })
  const gateway = await embeddedGateway(t, config(), {
    plugins: [provider('onRequest')],
    pluginBases: [import.meta.url],
    patience: { lookMs: 2 }
  })
  const arrived = server.next()
  const wire = await Wire.to(gateway.url)
  wire.write('GET /a HTTP/1.1', 'host: x', '', '')
  const [, res] = await arrived
  stream(res).write('data: 1\n\n')
  await wire.until(/data: 1/)
  await gateway.reload(config({ revocation: { file } }))
  await wire.until(/\r\n0\r\n\r\n/)
  wire.socket.destroy()
})
