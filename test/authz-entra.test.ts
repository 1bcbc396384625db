import authz from '@sluice/plugin-authz'
import type { Decision } from '@sluice/plugin-api'
import type { EntraEmulator } from '@sluice/entra-emulator'
import { createGateway } from '@sluice/core'
import { createServer, type RequestListener } from 'node:http'
import { decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { contosoWith, more } from '../packages/entra-emulator/test/contoso.ts'
import { ids, secret } from '../packages/entra-emulator/test/directory.ts'
import { signIn, start } from '../packages/entra-emulator/test/oauth-client.ts'
import { recordingLog } from './support/log.ts'
import { upstream } from './support/upstream.ts'

const GRAPH = '00000003-0000-0000-c000-000000000000'
const grant = (...roles: string[]) => roles.map(role => ({ resource: GRAPH, role }))

/** The directory, in which the gateway's own application may read groups. */
const directory = contosoWith(
  {},
  { [ids.daemon]: { appRoleAssignments: grant('User.ReadBasic.All', 'GroupMember.Read.All') } }
)

/** Entra, and a gateway with authz in front of a server that answers everything. */
const company = async (t: Test, entra: EntraEmulator, config: object) => {
  const decisions: Decision[] = []
  const { url } = await upstream(t, (req, res) => {
    req.resume().on('end', () => {
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end('{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"pay"},{"name":"get_time"}]}}')
    })
  })
  const notes = {
    name: 'notes',
    version: '1.0.0',
    api: 1 as const,
    configSchema: {},
    create: () => ({
      onFinish: (_end: unknown, x: { decisions: readonly Decision[] }) => void decisions.push(...x.decisions)
    })
  }
  const { log, lines } = recordingLog()
  const gateway = createGateway(
    {
      publicUrl: 'http://127.0.0.1:8080',
      listen: { port: 0 },
      admin: { port: 0 },
      shutdown: { grace: '0s' },
      routes: [
        {
          name: 'demo',
          path: '/mcp',
          upstream: url,
          filters: [
            { notes: {} },
            { 'jwt-entra': { tenant: ids.tenant, authority: entra.authority, audiences: [ids.mcp] } },
            { authz: config }
          ]
        }
      ]
    },
    { plugins: [notes, authz], pluginBases: [import.meta.url], log }
  )
  t.teardown(() => gateway.close())
  const { url: origin, adminUrl } = await gateway.start()
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  const send = (token: string, method: string, params: object = {}) =>
    fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    })
  return {
    decisions,
    lines,
    send,
    call: (token: string, name: string) => send(token, 'tools/call', { name }),
    code: async (token: string, name: string) =>
      (await send(token, 'tools/call', { name })).headers.get('x-sluice-error')
  }
}

t.test('step-up: a claims challenge leads a client that understands it to a token that satisfies it', async t => {
  const entra = await start(t, { directory })
  const { call, code } = await company(t, entra, { authContext: { Pay: 'c2' } })
  const cp1 = { xms_cc: { values: ['cp1'] } }
  const weak = (await signIn(entra, { claims: JSON.stringify({ access_token: cp1 }) })).access_token
  t.equal(await code(weak, 'get_time'), null, 'other tools need nothing')
  const refused = await call(weak, 'pay')
  t.strictSame([refused.status, refused.headers.get('x-sluice-error')], [401, 'SLUICE_AUTHZ_STEP_UP_REQUIRED'])
  const challenge = refused.headers.get('www-authenticate') ?? ''
  t.match(challenge, /^Bearer .*error="insufficient_claims"/)
  const [, encoded = ''] = /claims="([^"]+)"/.exec(challenge) ?? []
  const claims = Buffer.from(encoded, 'base64').toString()
  t.strictSame(JSON.parse(claims), { access_token: { acrs: { essential: true, value: 'c2' } } })
  const { access_token: strong } = await signIn(entra, { claims })
  t.strictSame(decodeJwt(strong)['acrs'], ['c2'])
  t.equal(await code(strong, 'pay'), null)
  t.equal(await code(strong, 'PAY'), null)
})

t.test('step-up: who cannot do it is told so', async t => {
  const entra = await start(t, { directory })
  const { call } = await company(t, entra, { authContext: { pay: 'c2' } })
  const app = entra.issueToken({ kind: 'app', client: more.agent, claims: { xms_cc: ['cp1'] } })
  for (const token of [entra.issueToken({}), app, entra.issueToken({ claims: { acrs: ['c20', 'c1'], xms_cc: 'x' } })]) {
    const response = await call(token, 'pay')
    t.equal(response.status, 403)
    t.equal(response.headers.get('www-authenticate'), null)
    t.match(await response.json(), { error: { message: /stronger sign-in.*cp1/ } })
  }
})

t.test('agents are told apart, or refused', async t => {
  const entra = await start(t, { directory })
  const tokens = {
    person: entra.issueToken({ person: 'ada@contoso.example', client: ids.desktop }),
    onBehalf: entra.issueToken({ person: 'ada@contoso.example', client: more.agent }),
    agent: entra.issueToken({ kind: 'app', client: more.agent }),
    agentUser: entra.issueToken({ person: 'agent@contoso.example', client: more.agent }),
    unclear: entra.issueToken({
      person: 'ada@contoso.example',
      client: ids.desktop,
      claims: { xms_act_fct: undefined }
    })
  }
  const expected: Readonly<Record<string, readonly (string | null)[]>> = {
    any: [null, null, null, null, null],
    identifiable: [null, null, null, null, 'SLUICE_AUTHZ_AGENT_UNCLEAR'],
    refuse: [
      null,
      'SLUICE_AUTHZ_AGENT_REFUSED',
      'SLUICE_AUTHZ_AGENT_REFUSED',
      'SLUICE_AUTHZ_AGENT_REFUSED',
      'SLUICE_AUTHZ_AGENT_UNCLEAR'
    ]
  }
  for (const [agents, codes] of Object.entries(expected)) {
    const { code } = await company(t, entra, { agents })
    for (const [i, [name, token]] of Object.entries(tokens).entries())
      t.equal(await code(token, 'get_time'), codes[i], `${agents}: ${name}`)
  }
  const rules = [
    { allow: 'principal.kind == "user" && !principal.viaAgent' },
    { allow: 'principal.kind == "agent" && mcp.tool.name == "get_time"' },
    { allow: 'principal.viaAgent && principal.kind == "agent-user" && mcp.tool.name == "pay"' }
  ]
  const { code, decisions } = await company(t, entra, { rules })
  const may = async (token: string) =>
    [await code(token, 'get_time'), await code(token, 'pay')].map(one => one === null)
  t.strictSame(await may(tokens.person), [true, true])
  t.strictSame(await may(tokens.onBehalf), [false, false])
  t.strictSame(await may(tokens.agent), [true, false])
  t.strictSame(await may(tokens.agentUser), [false, true])
  t.strictSame(await may(tokens.unclear), [false, false])
  const recorded = decisions.filter(({ reason }) => reason.includes(`an agent of the blueprint ${more.blueprint}`))
  t.equal(recorded.length, 6, 'the blueprint is recorded for agents alone')
})

const graph = (entra: EntraEmulator, others: object = {}) => ({
  resolve: 'graph',
  credential: { clientId: ids.daemon, secret },
  authority: entra.authority,
  graph: entra.authority,
  ...others
})

t.test('groups that a token has no room for are found out at Graph, once', async t => {
  const entra = await start(t, { directory })
  const max = entra.issueToken({ person: 'max@contoso.example' })
  t.equal(decodeJwt(max)['groups'], undefined)
  const inList = [{ allow: `"${more.mailingList}" in principal.groups` }]
  const unresolved = await company(t, entra, { rules: inList })
  t.equal(await unresolved.code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED', 'unknown is not none, and not all')
  const seen: string[] = []
  const proxy = await between(t, entra, seen)
  const at = await company(t, entra, { rules: inList, groups: graph(entra, { graph: proxy }) })
  t.equal(await at.code(max, 'pay'), null)
  t.match(await (await at.send(max, 'tools/list')).json(), {
    result: { tools: [{ name: 'pay' }, { name: 'get_time' }] }
  })
  t.equal(await at.code(entra.issueToken({ person: 'max@contoso.example' }), 'pay'), null, 'another token of his')
  t.strictSame(seen, [`POST /v1.0/users/${ids.max}/getMemberObjects`], 'the token’s own oid, and not the address in it')
  const not = await company(t, entra, {
    rules: [{ deny: `"${more.mailingList}" in principal.groups` }],
    groups: graph(entra)
  })
  t.equal(await not.code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
  t.equal(await not.code(entra.issueToken({ person: 'ada@contoso.example' }), 'pay'), null, 'Ada’s are in her token')
})

t.test('where Graph does not answer, groups stay unknown', async t => {
  const entra = await start(t, { directory })
  const max = entra.issueToken({ person: 'max@contoso.example' })
  const rules = [{ deny: `"${more.team}" in principal.groups` }]
  const silent = await listening(t, () => {})
  const broken = await listening(t, (_req, res) => res.writeHead(500).end('{}'))
  const moved = await listening(t, (_req, res) => res.writeHead(302, { location: `${entra.authority}/v1.0/me` }).end())
  const wrong = await listening(t, (_req, res) => res.end('{"value":"all"}'))
  for (const origin of [silent, broken, moved, wrong]) {
    const { code, lines } = await company(t, entra, { rules, groups: graph(entra, { graph: origin, timeout: '50ms' }) })
    t.equal(await code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
    t.equal(await code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
    const warnings = lines.filter(({ message }) => message.startsWith('groups cannot be found out'))
    t.equal(warnings.length, 1, 'said once')
    t.notMatch(JSON.stringify(lines), secret)
  }
  const credential = { clientId: ids.daemon, secret: 'another secret' }
  const { code, lines } = await company(t, entra, { rules, groups: graph(entra, { credential }) })
  t.equal(await code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
  t.match(JSON.stringify(lines), /gave no token for Microsoft Graph \(401\)/)
  t.notMatch(JSON.stringify(lines), /another secret/)
})

t.test('guests: theirs are the groups of this tenant, and they are known as guests', async t => {
  const entra = await start(t, { directory })
  const rules = [{ deny: 'principal.guest && mcp.tool.name == "pay"' }]
  const { code } = await company(t, entra, { rules })
  const gil = { person: 'gil_fabrikam.example#EXT#@contoso.example' }
  t.equal(await code(entra.issueToken(gil), 'pay'), 'SLUICE_AUTHZ_REFUSED')
  t.equal(await code(entra.issueToken(gil), 'get_time'), null)
  t.equal(
    await code(entra.issueToken({ ...gil, claims: { acct: undefined } }), 'pay'),
    'SLUICE_AUTHZ_REFUSED',
    'by xms_idrel'
  )
  t.equal(await code(entra.issueToken({ person: 'ada@contoso.example' }), 'pay'), null)
})

t.test('a group setting that is not safe is refused', async t => {
  const entra = await start(t, { directory })
  for (const wrong of [{ graph: 'http://graph.example' }, { authority: 'https://login.example/x' }, { timeout: '31s' }])
    await t.rejects(
      company(t, entra, { rules: [{ allow: 'true' }], groups: graph(entra, wrong) }),
      /groups\.(graph|authority|timeout)/
    )
})

/** Notes what Graph is asked, and lets the emulator answer. */
const between = (t: Test, entra: EntraEmulator, seen: string[]): Promise<string> =>
  listening(t, (req, res) => {
    seen.push(`${req.method} ${req.url}`)
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const headers = { 'content-type': 'application/json', authorization: req.headers.authorization ?? '' }
      const answer = await fetch(`${entra.authority}${req.url}`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks)
      })
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    })()
  })

const listening = async (t: Test, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}
