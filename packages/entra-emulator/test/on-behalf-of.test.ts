import { decodeJwt } from 'jose'
import t from 'tap'
import { contosoDirectory, contosoWith, ledgerUri, more } from './contoso.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import { authorize, type Changes, getCode, postToken, redeem, signIn, start } from './oauth-client.ts'
import { checkEveryCodeWasSeen, checkRefusal } from './refusal.ts'

const directory = contosoDirectory
const scope = `${ordersUri}/orders_read`

/** What the API in the middle sends. */
const form = (assertion: string, changes: Changes = {}): Changes => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  client_id: ids.mcp,
  client_secret: secret,
  requested_token_use: 'on_behalf_of',
  assertion,
  scope,
  ...changes
})

t.test('an API exchanges the token of a person for one of the API behind it', async t => {
  const emulator = await start(t, { directory })
  const { access_token: assertion } = await signIn(emulator)
  const { status, body } = await postToken(emulator, form(assertion))
  t.equal(status, 200)
  t.strictSame(Object.keys(body), ['token_type', 'scope', 'expires_in', 'ext_expires_in', 'access_token'])
  const claims = decodeJwt(body.access_token)
  t.match(claims, { aud: ordersUri, appid: ids.mcp, appidacr: '1', oid: ids.ada, scp: 'orders_read', ver: '1.0' })
  t.notOk('roles' in claims, 'Ada has a role at this API, but roles are not for a middle tier')
  const direct = decodeJwt((await signIn(emulator, { scope })).access_token)
  t.strictSame(direct['roles'], ['Orders.Clerk'])
})

t.test('what was exchanged can be exchanged again, and the sign-in is still the same', async t => {
  const emulator = await start(t, { directory })
  const { access_token: assertion } = await signIn(emulator, {
    claims: JSON.stringify({ access_token: { acrs: { value: 'c2' } } })
  })
  const forOrders = (await postToken(emulator, form(assertion))).body.access_token
  const back = form(forOrders, { client_id: ids.orders, scope: `${mcpUri}/mcp_access` })
  const forMcp = (await postToken(emulator, back)).body.access_token
  t.match(decodeJwt(forMcp), { azp: ids.orders, oid: ids.ada, acrs: ['c2'] })
  t.equal(
    (await postToken(emulator, form(forMcp, { scope: `${ledgerUri}/ledger_read` }))).status,
    200,
    'the step was done'
  )
})

t.test('a version 1 token is exchanged whatever form its audience has', async t => {
  const emulator = await start(t, { directory })
  const change = { client_id: ids.orders, scope: `${mcpUri}/mcp_access` }
  const audiences = new Set<unknown>()
  for (let turn = 0; turn < 3; turn++) {
    const { access_token: assertion } = await signIn(emulator, { scope })
    audiences.add(decodeJwt(assertion).aud)
    t.equal((await postToken(emulator, form(assertion, change))).status, 200)
  }
  t.equal(audiences.size, 3)
})

t.test(
  'offline_access gives a refresh token, openid an ID token, and the refreshed token has no roles either',
  async t => {
    const emulator = await start(t, { directory })
    const { access_token: assertion } = await signIn(emulator)
    const { body } = await postToken(emulator, form(assertion, { scope: `openid offline_access ${scope}` }))
    t.match(decodeJwt(body.id_token ?? ''), { aud: ids.mcp, oid: ids.ada })
    const { refresh_token } = body
    const refresh = { grant_type: 'refresh_token', client_id: ids.mcp, client_secret: secret, refresh_token, scope }
    const again = await postToken(emulator, refresh)
    t.match(decodeJwt(again.body.access_token), { scp: 'orders_read', oid: ids.ada })
    t.notOk('roles' in decodeJwt(again.body.access_token))
    checkRefusal(t, await postToken(emulator, { ...refresh, client_secret: undefined }), 7000218, 'it is bound')
  }
)

t.test('.default is what was granted to the API', async t => {
  const emulator = await start(t, { directory })
  const { access_token: assertion } = await signIn(emulator)
  const { body } = await postToken(emulator, form(assertion, { scope: `${ordersUri}/.default` }))
  t.equal(decodeJwt(body.access_token)['scp'], 'orders_read')
})

t.test('the request has to be whole, and its client known', async t => {
  const emulator = await start(t, { directory })
  const { access_token: assertion } = await signIn(emulator)
  const table: [number, Changes, Record<string, string>?][] = [
    [900144, { assertion: undefined }],
    [900144, { scope: undefined }],
    [900144, { requested_token_use: undefined }],
    [9002313, { requested_token_use: 'for_me' }],
    [9002313, { token_type: 'pop', req_cnf: 'e30' }],
    [7000218, { client_secret: undefined }],
    [7000215, { client_secret: 'wrong' }],
    [9002326, {}, { origin: 'https://spa.contoso.example' }],
    [28000, { scope: `${scope} ${ledgerUri}/ledger_read` }],
    [650053, { scope: `${ordersUri}/unknown` }],
    [650053, { scope: 'orders_read' }],
    [70011, { scope: `${ordersUri}/.default ${scope}` }],
    [500011, { scope: 'api://unknown/x' }],
    [90009, { scope: `${mcpUri}/mcp_access` }],
    [9010010, { resource: mcpUri }],
    [9002313, { claims: '{' }]
  ]
  for (const [code, changes, headers] of table) {
    checkRefusal(t, await postToken(emulator, form(assertion, changes), headers), code, JSON.stringify(changes))
  }
  t.equal((await postToken(emulator, form(assertion, { resource: ordersUri }))).status, 200)
})

t.test('consent of the API in the middle must be there already', async t => {
  const emulator = await start(t, { directory })
  const { access_token: assertion } = await signIn(emulator)
  const refusal = await postToken(emulator, form(assertion, { scope: `${ordersUri}/orders_write` }))
  checkRefusal(t, refusal, 65001, 'the scope was not granted')
  t.equal(refusal.body.suberror, 'consent_required')
  const mcp = { [ids.mcp]: { oauth2PermissionGrants: [] } }
  const without = await start(t, { directory: contosoWith({}, mcp) })
  const { access_token: other } = await signIn(without)
  for (const asked of [scope, `${ordersUri}/.default`]) {
    checkRefusal(t, await postToken(without, form(other, { scope: asked })), 65001, asked)
  }
})

t.test('only an access token of a person for this API is taken', async t => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const emulator = await start(t, { directory, now: () => now })
  const { access_token: good } = await signIn(emulator)
  const { access_token: forOrders } = await signIn(emulator, { scope })
  const { access_token: forGraph } = await signIn(emulator, { scope: 'User.Read' })
  const [head = '', payload = '', signature = ''] = good.split('.')
  const forged = Buffer.from(JSON.stringify({ ...decodeJwt(good), scp: 'mcp_manage' })).toString('base64url')
  const table: [number, string, string][] = [
    [50027, 'no JWT', 'x'],
    [50027, 'two parts', `${head}.${payload}`],
    [50027, 'no object', `${head}.W10.${signature}`],
    [50013, 'changed', `${head}.${forged}.${signature}`],
    [50013, 'another signature', `${head}.${payload}.AAAA`],
    [50013, 'alg none', emulator.issueToken({ header: { alg: 'none' } })],
    [50013, 'a key that nobody knows', emulator.issueToken({ key: 'unpublished' })],
    [
      50013,
      'another issuer',
      emulator.issueToken({ claims: { iss: `${emulator.authority}/${ids.otherTenant}/v2.0` } })
    ],
    [50013, 'for Microsoft Graph', forGraph],
    [50013, 'bound to a key', emulator.issueToken({ claims: { cnf: { kid: 'x' } } })],
    [50013, 'of no sign-in', emulator.issueToken({ claims: { uti: 'x' } })],
    [500131, 'for another API', forOrders],
    [500131, 'the audience in other case', emulator.issueToken({ claims: { aud: ids.mcp.toUpperCase() } })],
    [500133, 'expired', emulator.issueToken({ expiresIn: 0 })],
    [500133, 'not yet valid', emulator.issueToken({ claims: { nbf: now / 1000 + 1 } })],
    [500133, 'without end', emulator.issueToken({ claims: { exp: undefined } })],
    [240002, 'an ID token', emulator.issueToken({ kind: 'id', client: ids.mcp })],
    [7000114, 'of an application', emulator.issueToken({ kind: 'app', client: ids.daemon })],
    [7000114, 'without scope', emulator.issueToken({ claims: { scp: undefined } })],
    [7000114, 'of an agent by itself', emulator.issueToken({ kind: 'app', client: more.agent })]
  ]
  for (const [code, name, assertion] of table) {
    checkRefusal(t, await postToken(emulator, form(assertion)), code, name)
  }
  await emulator.rotateKeys({ keepOld: true })
  t.equal((await postToken(emulator, form(good))).status, 200, 'an old key is still good')
  await emulator.rotateKeys({ keepOld: false })
  checkRefusal(t, await postToken(emulator, form(good)), 50013, 'until it is taken out')
})

t.test('people must be assigned to the API behind, where it asks for that', async t => {
  const assigned = { [more.ledger]: { appRoleAssignmentRequired: true } }
  const emulator = await start(t, { directory: contosoWith({ conditionalAccessPolicies: [] }, assigned) })
  const { access_token: assertion } = await signIn(emulator)
  const refusal = await postToken(emulator, form(assertion, { scope: `${ledgerUri}/ledger_read` }))
  checkRefusal(t, refusal, 50105, 'not assigned')
})

t.test('an API behind that wants multifactor authentication makes the client come back with claims', async t => {
  const emulator = await start(t, { directory })
  const { access_token: weak } = await signIn(emulator)
  const asked = { scope: `${ledgerUri}/ledger_read` }
  const refusal = await postToken(emulator, form(weak, asked))
  checkRefusal(t, refusal, 50076, 'the sign-in was too weak', 'interaction_required')
  const { claims = '' } = refusal.body
  t.strictSame(JSON.parse(claims), { access_token: { capolids: { essential: true, values: [more.mfaPolicy] } } })
  t.equal((await authorize(emulator, { claims, prompt: 'none' })).status, 302)
  const { access_token: strong } = (await redeem(emulator, await getCode(emulator, { claims }))).body
  t.equal((await postToken(emulator, form(strong, asked))).status, 200)
  checkRefusal(t, await postToken(emulator, form(weak, asked)), 50076, 'the old one still is', 'interaction_required')
})

t.test('access that a policy blocks is refused for those whom it is about', async t => {
  const emulator = await start(t, { directory })
  const asked = { scope: `api://${more.vault}/vault_read` }
  const { access_token: ada } = await signIn(emulator)
  const refusal = await postToken(emulator, form(ada, asked))
  checkRefusal(t, refusal, 53003, 'Ada')
  t.equal(refusal.body.suberror, 'message_only')
  const { access_token: max } = await signIn(emulator, { login_hint: 'max@contoso.example' })
  t.equal((await postToken(emulator, form(max, asked))).status, 200)
})

t.test('nothing of it appears in a log, nor the secret in an answer', async t => {
  const lines: string[] = []
  const emulator = await start(t, { directory, log: line => lines.push(line) })
  const { access_token: assertion } = await signIn(emulator)
  const { body } = await postToken(emulator, form(assertion, { scope: 'x' }))
  t.notMatch(JSON.stringify(body), secret)
  t.notMatch(lines.join('\n'), new RegExp(`eyJ|${secret}`))
  t.match(lines.at(-1), /^POST \/[\w-]+\/oauth2\/v2\.0\/token 400 AADSTS650053$/)
})

checkEveryCodeWasSeen(t, 'on-behalf-of.test.ts')
