import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGateway } from '@sluice/core'
import t, { type Test } from 'tap'
import { start } from '../packages/cli/test/sluice.ts'
import { contoso } from './support/contoso.ts'
import { recordingLog } from './support/log.ts'
import { AUDIENCE, claims, ISSUER, sign, signingPair } from './support/openid-provider.ts'
import { upstream } from './support/upstream.ts'

const KEY = 'a secret of thirty-two characters or more'
const OTHER_KEY = 'another secret of thirty-two characters or more'
const pair = await signingPair('k1')

/** Two routes to one MCP server, which gives a session and notes what reaches it. */
const company = async (t: Test) => {
  const seen: string[] = []
  const { url } = await upstream(t, (req, res) => {
    const { 'mcp-session-id': id = '-', 'last-event-id': event = '-' } = req.headers
    const odd = req.rawHeaders.filter(
      (name, i) => i % 2 === 0 && /mcp.session.id/i.test(name) && name !== 'mcp-session-id'
    )
    seen.push([req.method, id, event, ...odd].join(' '))
    req.resume().on('end', () => {
      if (id === '-') res.setHeader('Mcp-Session-Id', 'the-id-of-the-upstream')
      res.setHeader('content-type', 'application/json').end('{}')
    })
  })
  const folder = t.testdir({ 'keys.json': JSON.stringify({ keys: [pair.jwk] }) })
  const config = (keys: readonly string[] = [KEY], more: object = {}) => ({
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    sealing: { keys },
    routes: ['a', 'b'].map(name => ({
      name,
      path: `/${name}`,
      upstream: url,
      filters: [
        {
          'jwt-entra': {
            issuer: ISSUER,
            jwks: { file: join(folder, 'keys.json') },
            audiences: [AUDIENCE],
            ...more
          }
        },
        { 'session-binding': {} }
      ]
    }))
  })
  return { config, seen, folder }
}

const gatewayOf = async (t: Test, config: object) => {
  const gateway = createGateway(config as never, { pluginBases: [import.meta.url], log: recordingLog().log })
  t.teardown(() => gateway.close())
  const { url } = await gateway.start()
  return url
}

interface Ask {
  readonly token?: string
  readonly session?: string
  readonly method?: string
  readonly fields?: Readonly<Record<string, string>>
}

const ask = async (url: string, { token, session, method = 'POST', fields = {} }: Ask) => {
  const response = await fetch(url, {
    method,
    ...(method === 'POST' && { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }),
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(session !== undefined && { 'mcp-session-id': session }),
      ...fields
    }
  })
  return { status: response.status, session: response.headers.get('mcp-session-id'), body: await response.text() }
}

const ada = await sign(pair, claims({ sub: 'ada', client_id: 'vscode' }))
const agent = await sign(pair, claims({ sub: 'ada', client_id: 'an-agent' }))
const grace = await sign(pair, claims({ sub: 'grace', client_id: 'vscode' }))

t.test('a session is that of the person, the client and the route that began it', async t => {
  const { config, seen } = await company(t)
  const url = await gatewayOf(t, config())
  const { session } = await ask(`${url}/a`, { token: ada })
  t.ok(session !== null && !session.includes('upstream'), 'the client does not see the upstream’s own id')
  t.match(session, /^[\x21-\x7e]{1,200}$/)
  t.equal((await ask(`${url}/a`, { token: ada, session: session! })).status, 200)
  t.equal(
    (await ask(`${url}/a`, { token: ada, session: session!, method: 'GET', fields: { 'last-event-id': '7' } })).status,
    200
  )
  t.strictSame(seen.splice(0), ['POST - -', 'POST the-id-of-the-upstream -', 'GET the-id-of-the-upstream 7'])
  const foreign: Record<string, [string, Ask]> = {
    'another person': ['a', { token: grace, session: session! }],
    'another person, to end it': ['a', { token: grace, session: session!, method: 'DELETE' }],
    'another person, to resume it': [
      'a',
      { token: grace, session: session!, method: 'GET', fields: { 'last-event-id': '7' } }
    ],
    'the same person’s agent': ['a', { token: agent, session: session! }],
    'another route': ['b', { token: ada, session: session! }],
    'the upstream’s own id': ['a', { token: ada, session: 'the-id-of-the-upstream' }],
    'a changed one': ['a', { token: ada, session: `${session!.slice(0, -2)}${session!.endsWith('AA') ? 'BB' : 'AA'}` }],
    'a longer one': ['a', { token: ada, session: `${session}A` }],
    'another spelling': ['a', { token: ada, session: `${session}=` }],
    'none at all': ['a', { token: ada, session: 'x' }]
  }
  for (const [what, [route, request]] of Object.entries(foreign)) {
    const answer = await ask(`${url}/${route}`, request)
    t.equal(answer.status, 404, what)
    if (request.method === undefined)
      t.match(JSON.parse(answer.body), { error: { code: -32001, data: { code: 'SLUICE_SESSION_UNKNOWN' } } }, what)
  }
  t.strictSame(seen, [], 'the upstream saw none of them')
  const { session: second } = await ask(`${url}/a`, { token: ada })
  t.not(second, session, 'the same id is never sealed twice alike')
})

t.test('without a session no stream is resumed, however the field is spelled', async t => {
  const { config, seen } = await company(t)
  const url = await gatewayOf(t, config())
  const fields = { 'last-event-id': '7', Mcp_Session_Id: 'the-id-of-the-upstream' }
  t.equal((await ask(`${url}/a`, { token: ada, method: 'GET', fields })).status, 200)
  t.strictSame(seen, ['GET - -'])
})

t.test('every process with the key opens it, also with a key that is on its way out', async t => {
  const { config, seen, folder } = await company(t)
  const urls: string[] = []
  for (const [i, keys] of [[KEY], [KEY], [OTHER_KEY, KEY], [OTHER_KEY]].entries()) {
    const file = join(folder, `sluice${i}.json`)
    writeFileSync(file, JSON.stringify(config(keys)))
    urls.push(await gatewayProcess(t, folder, file))
  }
  const [first, second, changing, changed] = urls as [string, string, string, string]
  const { session } = await ask(`${first}/a`, { token: ada })
  for (const url of [first, second, changing])
    t.equal((await ask(`${url}/a`, { token: ada, session: session! })).status, 200)
  seen.length = 0
  t.equal((await ask(`${changed}/a`, { token: ada, session: session! })).status, 404)
  for (const token of [grace, agent]) {
    for (const url of urls) t.equal((await ask(`${url}/a`, { token, session: session! })).status, 404)
  }
  t.strictSame(seen, [])
})

const gatewayProcess = async (t: Test, folder: string, file: string): Promise<string> => {
  const child = start(['run', '--config', file], folder)
  t.teardown(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  for await (const line of createInterface(child.stdout)) {
    const { msg, listen } = JSON.parse(line) as Record<string, string>
    if (msg === 'serving') return listen!
  }
  throw new Error('the gateway did not start')
}

t.test('a session of nobody is not somebody’s, nor the other way round', async t => {
  const { config } = await company(t)
  const url = await gatewayOf(t, config([KEY], { mode: 'optional' }))
  const { session: nobodys } = await ask(`${url}/a`, {})
  const { session: adas } = await ask(`${url}/a`, { token: ada })
  t.equal((await ask(`${url}/a`, { session: nobodys! })).status, 200)
  t.equal((await ask(`${url}/a`, { session: adas! })).status, 404)
  t.equal((await ask(`${url}/a`, { token: ada, session: nobodys! })).status, 404)
})

t.test('without a key sessions are not bound off loopback, and the load says so', async t => {
  const { config } = await company(t)
  await t.rejects(gatewayOf(t, config([])), /session-binding.*set sealing\.keys/)
  await t.rejects(gatewayOf(t, config(['short'])), /sealing\.keys\[0\]: at least 32 characters/)
  const local = { ...config([]), publicUrl: 'http://127.0.0.1:8080' }
  const url = await gatewayOf(t, local)
  const { session } = await ask(`${url}/a`, { token: ada })
  t.equal((await ask(`${url}/a`, { token: ada, session: session! })).status, 200)
})

t.test('an MCP client keeps its session through the gateway', async t => {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
  const { mcp, entra } = await contoso(t, { routeFilters: [{ 'session-binding': {} }] })
  const token = entra.issueToken({ scopes: ['mcp_access'] })
  const transport = new StreamableHTTPClientTransport(new URL(mcp), {
    requestInit: { headers: { authorization: `Bearer ${token}` } }
  })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  t.teardown(() => client.close())
  t.ok((transport.sessionId ?? '').length > 60, 'a sealed id')
  t.match(await client.callTool({ name: 'echo', arguments: { text: 'hello' } }), { content: [{ type: 'text' }] })
  await transport.terminateSession()
})
