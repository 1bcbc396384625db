import { decodeJwt } from 'jose'
import t from 'tap'
import { more } from '../packages/entra-emulator/test/contoso.ts'
import { ids } from '../packages/entra-emulator/test/directory.ts'
import { signIn, start } from '../packages/entra-emulator/test/oauth-client.ts'
import { company, directory } from './authz/company.ts'

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

t.test('step-up: of patterns that fit a tool all count, and the challenge names what lacks', async t => {
  const entra = await start(t, { directory })
  const { call, code } = await company(t, entra, { authContext: { 'pay*': 'c1', '*_All': 'c2', get_time: 'c3' } })
  const holding = (...acrs: string[]) => entra.issueToken({ claims: { acrs, xms_cc: ['cp1'] } })
  t.equal(await code(holding('c1'), 'pay_one'), null)
  t.equal(await code(holding('c1', 'c2'), 'pay_all'), null)
  t.equal(await code(holding(), 'delete_none'), null)
  for (const [acrs, tool, wanted] of [
    [['c2'], 'PAY_ALL', 'c1'],
    [['c1'], 'pay_all', 'c2'],
    [[], 'get_time', 'c3']
  ] as const) {
    const [, claims = ''] = /claims="([^"]+)"/.exec(
      (await call(holding(...acrs), tool)).headers.get('www-authenticate')!
    )!
    t.match(JSON.parse(Buffer.from(claims, 'base64').toString()), { access_token: { acrs: { value: wanted } } })
  }
  await t.rejects(company(t, entra, { authContext: { 'pay*': 'c1', 'PAY*': 'c2' } }), /another case/)
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
