import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import { createGateway } from '@sluice/core'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t, { type Test } from 'tap'
import { recordsOf } from './support/audit-records.ts'
import { recordingLog } from './support/log.ts'
import { AUDIENCE, claims, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { settled } from './support/settled.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { upstream } from './support/upstream.ts'

const pem = (name: string): string => readFileSync(join(import.meta.dirname, 'support/certificates', name), 'utf8')
const trusted = [pem('ca.pem'), pem('renewed.pem')]
const pair = await signingPair('k1')
const tokenOf = (sub: string): Promise<string> => sign(pair, claims({ sub, iat: Math.floor(Date.now() / 1000) }))
const SEAL = 'a secret of thirty-two characters or more'
const OTHER_SEAL = 'another secret of thirty-two characters or more'

/** Everything that a gateway reads from files, by name. */
type Files = Record<string, string>

interface Folder {
  /** Puts these files there; the others stay. */
  put(files: Files): void
  readonly path: string
}

/** Files that are each replaced by a rename. */
const plainFolder = (t: Test): Folder => {
  const path = temporaryFolder(t)
  const put = (files: Files): void => {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(path, 'new'), content)
      renameSync(join(path, 'new'), join(path, name))
    }
  }
  return { path, put }
}

/** Files as Kubernetes mounts a ConfigMap: links through one that is swapped. */
const mountedFolder = (t: Test): Folder => {
  const path = temporaryFolder(t)
  const all: Files = {}
  let version = 0
  const put = (files: Files): void => {
    const known = Object.keys(all)
    Object.assign(all, files)
    const folder = `..version_${++version}`
    mkdirSync(join(path, folder))
    for (const [name, content] of Object.entries(all)) writeFileSync(join(path, folder, name), content)
    symlinkSync(folder, join(path, '..data_tmp'))
    renameSync(join(path, '..data_tmp'), join(path, '..data'))
    for (const name of Object.keys(files)) if (!known.includes(name)) symlinkSync(`..data/${name}`, join(path, name))
  }
  return { path, put }
}

const revoking = (...people: readonly string[]): string =>
  JSON.stringify({ revoked: people.map(object => ({ tenant: ISSUER, object })) })

/**
 * A gateway whose filters all hold state, which reloads when a file changes. What holds state, too, belongs into `filters`
 * here, and what must be true of it at the end into the test of a hundred reloads.
 */
const company = async (t: Test, { path, put }: Folder) => {
  const server = await upstream(t, (req, res) => {
    if (req.method === 'GET') res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    // All of the request before the answer: one that comes earlier closes the connection.
    else void text(req).then(body => res.setHeader('mcp-session-id', 'of-the-upstream').end(body))
  })
  const keys = await keyServer(t, [pair.jwk])
  const config = (n: number): string =>
    JSON.stringify({
      publicUrl: 'https://localhost',
      listen: { port: 0, tls: { cert: 'cert.pem', key: 'key.pem' } },
      admin: { port: 0 },
      shutdown: { grace: '0s' },
      sealing: { keys: ['${file:seal}', '${file:seal-before}'] },
      filters: [
        { audit: { file: 'audit.jsonl', messages: false, rotate: { size: '1MiB' } } },
        { revocation: { file: 'revoked.json' } },
        { 'rate-limit': { id: 'flood', by: 'ip', limit: 1_000_000 - n, per: '1s' } }
      ],
      routes: [
        {
          name: 'mcp',
          path: '/mcp',
          upstream: server.url,
          filters: [
            { 'jwt-entra': { issuer: ISSUER, jwks: { url: keys.url }, audiences: [AUDIENCE] } },
            { scope: { required: ['mcp_access'] } },
            { 'session-binding': {} },
            { 'rate-limit': { id: 'a-day', by: 'principal', limit: 3, per: '24h', burst: 3 } }
          ]
        },
        {
          name: 'busy',
          path: '/busy',
          upstream: server.url,
          filters: [
            { 'jwt-entra': { issuer: ISSUER, jwks: { url: keys.url }, audiences: [AUDIENCE] } },
            { 'session-binding': {} }
          ]
        },
        { name: `other-${n % 7}`, path: `/other/${n % 7}`, upstream: server.url }
      ]
    })
  put({
    'cert.pem': pem('localhost.pem'),
    'key.pem': pem('localhost.key'),
    'revoked.json': revoking('mallory'),
    seal: SEAL,
    'seal-before': SEAL.toUpperCase(),
    'sluice.yaml': config(0)
  })
  const { log, lines } = recordingLog()
  const gateway = createGateway(join(path, 'sluice.yaml'), {
    env: {},
    log,
    pluginBases: [import.meta.url],
    patience: { lookMs: 2 },
    changed: () => void gateway.reload().catch(() => {})
  })
  t.teardown(() => gateway.close())
  const { url, adminUrl } = await gateway.start()
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  const agent = new Agent({ keepAlive: true, ca: trusted, servername: 'localhost' })
  t.teardown(() => agent.destroy())
  /** Sends a request, and gives the head of the answer. */
  const send = async (
    token: string,
    {
      path = '/mcp',
      session,
      method = 'POST',
      by = agent
    }: { path?: string; session?: string; method?: string; by?: Agent } = {}
  ): Promise<IncomingMessage> => {
    const headers: OutgoingHttpHeaders = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    if (session !== undefined) headers['mcp-session-id'] = session
    const [res] = await once(
      request(`${url}${path}`, { agent: by, method, headers }).end(method === 'POST' ? '{}' : ''),
      'response'
    )
    return res
  }
  const call = async (...of: Parameters<typeof send>): Promise<{ status: number; session: string }> => {
    const res = await send(...of)
    await text(res)
    return { status: res.statusCode!, session: String(res.headers['mcp-session-id']) }
  }
  const reloaded = () => lines.filter(({ message }) => message === 'the configuration was reloaded').length
  const listed = () => lines.filter(({ message }) => message.startsWith('another list')).length
  const failed = () => lines.filter(({ message }) => /could not be reloaded|cannot be used/.test(message))
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise(resolve => setImmediate(resolve))
  }
  return { server, gateway, adminUrl, config, put, send, call, reloaded, listed, failed, until, keys }
}

t.test('no request fails in a hundred reloads under load, and what the filters know stays known', async t => {
  const folder = plainFolder(t)
  const { put, config, call, send, reloaded, listed, failed, until, keys, adminUrl, gateway } = await company(t, folder)
  const [ada, grace, mallory] = [await tokenOf('ada'), await tokenOf('grace'), await tokenOf('mallory')]
  for (let i = 0; i < 3; i++) t.equal((await call(grace)).status, 200)
  t.equal((await call(grace)).status, 429)
  t.equal((await call(mallory)).status, 401)
  const { session } = await call(ada, { path: '/busy' })
  const stream = await send(ada, { path: '/busy', session, method: 'GET' })
  let answers = 0
  let done = false
  const client = async (): Promise<void> => {
    const by = new Agent({ keepAlive: true, maxSockets: 1, ca: trusted, servername: 'localhost' })
    t.teardown(() => by.destroy())
    while (!done) {
      const { status } = await call(ada, { path: '/busy', session, by })
      if (status !== 200) throw new Error(`answered ${status}`)
      answers++
    }
  }
  const clients = Promise.all(Array.from({ length: 6 }, client))
  for (let n = 1; n <= 100; n++) {
    const [before, lists] = [answers, listed()]
    put({ 'sluice.yaml': config(n) })
    if (n % 10 === 0) put({ 'revoked.json': revoking('mallory', `another-${n}`) })
    await Promise.race([
      until(() => reloaded() >= n && listed() >= lists + (n % 10 === 0 ? 1 : 0) && answers >= before + 6),
      clients
    ])
  }
  done = true
  await clients
  t.strictSame(failed(), [])
  t.equal((await call(grace)).status, 429, 'a bucket that is empty stays empty')
  t.equal((await call(mallory)).status, 401, 'who is revoked stays revoked')
  t.equal((await call(ada, { path: '/busy', session })).status, 200, 'a session stays')
  t.equal(keys.fetches, 1, 'the keys were fetched once')
  t.notOk(stream.closed, 'the stream of before goes on')
  stream.destroy()
  t.match(await (await fetch(`${adminUrl}/metrics`)).text(), 'sluice_config_last_reload_successful 1')
  await gateway.close()
  const files = readdirSync(folder.path).flatMap(name => (name.startsWith('audit') ? [join(folder.path, name)] : []))
  const { ok, chains } = await verifyFiles(files)
  t.match({ ok, chains }, { ok: true, chains: [{ first: 1, closed: true }] })
  t.equal(chains.length, 1, 'one audit chain through all of them')
  const records = files.flatMap(file => recordsOf(file))
  const taken = files.flatMap(file =>
    Array.from(readFileSync(file, 'utf8').matchAll(/"event":"configuration","config":"(\w+)"/g), ([, hash]) => hash)
  )
  t.equal(new Set(taken).size, 100, 'and each configuration is noted')
  const busy = (type: string) => records.filter(record => record.type === type && record['route'] === 'busy').length
  t.ok(busy('decision') > answers && busy('outcome') === busy('decision'), 'no request lacks its records')
})

for (const [how, folder] of [
  ['by renames', plainFolder],
  ['as a ConfigMap', mountedFolder]
] as const) {
  t.test(`whatever file changes ${how} is in effect by itself, in the middle of a stream and of a session`, async t => {
    const { put, config, call, send, reloaded, listed, until, server, failed, gateway } = await company(t, folder(t))
    const [ada, grace] = [await tokenOf('ada'), await tokenOf('grace')]
    const first = await call(ada, { path: '/busy' })
    const opened = server.next()
    const stream = await send(ada, { path: '/busy', session: first.session, method: 'GET' })
    const [, res] = await opened
    const reload = async (files: Files): Promise<void> => {
      const before = reloaded()
      put(files)
      await until(() => reloaded() > before)
    }

    put({ 'revoked.json': revoking('mallory', 'grace') })
    await until(() => listed() === 1)
    t.equal((await call(grace)).status, 401)
    t.equal(reloaded(), 0, 'the list is no part of the configuration')

    // Several files at once: the gateway may see one of them earlier than the other.
    put({ 'cert.pem': pem('renewed.pem'), 'key.pem': pem('renewed.key') })
    const by = new Agent({ ca: [pem('renewed.pem')], servername: 'localhost' })
    await until(() => reloaded() > 0)
    t.equal((await call(ada, { path: '/busy', session: first.session, by })).status, 200, 'another certificate')

    put({ seal: OTHER_SEAL, 'seal-before': SEAL })
    await until(() => isDeepStrictEqual(gateway.config.settings.sealing.keys, [OTHER_SEAL, SEAL]))
    t.equal(
      (await call(ada, { path: '/busy', session: first.session })).status,
      200,
      'the key of before is still listed'
    )
    const second = await call(ada, { path: '/busy' })
    await reload({ 'seal-before': OTHER_SEAL.toUpperCase() })
    t.equal((await call(ada, { path: '/busy', session: first.session })).status, 404, 'it is not any more')
    t.equal((await call(ada, { path: '/busy', session: second.session })).status, 200, 'sealed with the new one')

    await reload({ 'sluice.yaml': config(5) })
    t.equal((await call(ada, { path: '/other/5' })).status, 200)
    t.equal((await call(ada, { path: '/other/0' })).status, 404)

    put({ 'sluice.yaml': config(6).replace('"shutdown"', '"shutdwon"') })
    await until(() => failed().some(({ fields }) => /unknown key "shutdwon"/.test(String(fields['issues']))))
    t.equal((await call(ada, { path: '/other/5' })).status, 200, 'a broken file changes nothing')
    await reload({ 'sluice.yaml': config(6) })
    t.equal((await call(ada, { path: '/other/6' })).status, 200)

    let said = ''
    stream.on('data', chunk => (said += String(chunk)))
    res.write('data: after all of that\n\n')
    await until(() => said === 'data: 1\n\ndata: after all of that\n\n')
    stream.destroy()
    await settled(() => stream.destroyed, 'gone')
  })
}
