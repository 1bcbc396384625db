import { decodeJwt } from 'jose'
import t from 'tap'
import { contosoDirectory as directory, contosoWith, ledgerUri, more } from './contoso.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import { authorize, click, postToken, readRedirect, redeem, signIn, start } from './oauth-client.ts'
import { checkEveryCodeWasSeen, checkRefusal, readCode } from './refusal.ts'

const scopes = { mcp: `${mcpUri}/mcp_access`, orders: `${ordersUri}/orders_read`, ledger: `${ledgerUri}/ledger_read` }

t.test(
  'a guest is of this tenant by object ID and tenant ID, and of another by name and identity provider',
  async t => {
    const emulator = await start(t, { directory })
    for (const login_hint of ['Gil@Fabrikam.example', 'gil_fabrikam.example#EXT#@contoso.example']) {
      const claims = decodeJwt((await signIn(emulator, { login_hint })).access_token)
      t.match(claims, {
        acct: 1,
        oid: ids.gil,
        tid: ids.tenant,
        iss: `${emulator.authority}/${ids.tenant}/v2.0`,
        idp: /^https:\/\/sts\.windows\.net\/[0-9a-f-]{36}\/$/,
        preferred_username: 'gil@fabrikam.example',
        email: 'gil@fabrikam.example',
        xms_idrel: '5'
      })
      t.not(claims['idp'], `https://sts.windows.net/${ids.tenant}/`)
      t.notOk('upn' in claims)
    }
    const member = decodeJwt((await signIn(emulator)).access_token)
    t.match(member, { acct: 0, xms_idrel: '1', preferred_username: 'ada@contoso.example' })
    t.notOk('idp' in member || 'email' in member)
  }
)

t.test('an API gets the name that a guest has here only where it says how it wants it', async t => {
  const gil = 'gil@fabrikam.example'
  const upnWith = (...additionalProperties: string[]) => ({
    [ids.orders]: { optionalClaims: { accessToken: [{ name: 'upn', additionalProperties }] } }
  })
  const table: [string | undefined, string[]][] = [
    [undefined, []],
    ['gil_fabrikam.example#EXT#@contoso.example', ['include_externally_authenticated_upn']],
    ['gil_fabrikam.example_EXT_@contoso.example', ['include_externally_authenticated_upn_without_hash']]
  ]
  for (const [expected, properties] of table) {
    const emulator = await start(t, { directory: contosoWith({}, upnWith(...properties)) })
    const guest = decodeJwt((await signIn(emulator, { scope: scopes.orders, login_hint: gil })).access_token)
    t.equal(guest['upn'], expected)
    t.match(guest, { unique_name: gil, ver: '1.0' })
    const member = decodeJwt((await signIn(emulator, { scope: scopes.orders })).access_token)
    t.equal(member['upn'], 'ada@contoso.example')
  }
})

t.test('which groups a token carries is for the API to say', async t => {
  const emulator = await start(t, { directory })
  const claimsOf = async (scope: string) => decodeJwt((await signIn(emulator, { scope })).access_token)
  const security = await claimsOf(scopes.mcp)
  t.strictSame(security['groups'], [more.team], 'SecurityGroup leaves the mailing list out')
  t.strictSame((await claimsOf(scopes.orders))['groups'], [more.team], 'ApplicationGroup: those that are assigned')
  const all = await claimsOf(scopes.ledger)
  t.strictSame(all['groups'], [more.team, more.mailingList])
  t.strictSame(all['wids'], ['62e90394-69f5-4237-9190-012177145e10'])
  t.notOk('wids' in security)
  const roles = { [ids.mcp]: { groupMembershipClaims: 'DirectoryRole' as const } }
  const other = await start(t, { directory: contosoWith({}, roles) })
  const claims = decodeJwt((await signIn(other)).access_token)
  t.ok('wids' in claims && !('groups' in claims))
})

t.test('a group that is assigned assigns its members, with its roles', async t => {
  const assigned = { [ids.mcp]: { appRoleAssignmentRequired: true } }
  const emulator = await start(t, { directory: contosoWith({}, assigned) })
  t.strictSame(decodeJwt((await signIn(emulator)).access_token)['roles'], ['Mcp.Operator'])
  const max = readRedirect(await authorize(emulator, { login_hint: 'max@contoso.example' }))
  t.equal(readCode(max.get('error_description')), 50105)
  t.equal(max.get('error'), 'access_denied')
})

t.test('what only an administrator may grant is not asked of others', async t => {
  const emulator = await start(t, { directory })
  const scope = `${mcpUri}/mcp_manage`
  const refused = await authorize(emulator, { scope })
  t.equal(readCode(await refused.text()), 90094)
  t.equal(refused.status, 400)
  t.equal(refused.headers.get('location'), null)
  const silent = readRedirect(await authorize(emulator, { scope, prompt: 'none' }))
  t.equal(silent.get('error'), 'consent_required')
  const page = await authorize(emulator, { scope, login_hint: 'admin@contoso.example' })
  t.equal(page.status, 200)
  const code = readRedirect(await click(emulator, page, 'consent', { decision: 'accept' })).get('code') ?? ''
  t.equal(decodeJwt((await redeem(emulator, code)).body.access_token)['scp'], 'mcp_access mcp_manage')
  t.equal((await authorize(emulator, { scope: 'https://graph.microsoft.com/User.Read.All' })).status, 400)
})

t.test('a person whose sessions were revoked signs in again; what was issued before is refused', async t => {
  const emulator = await start(t, { directory })
  const scope = `offline_access ${scopes.mcp}`
  const before = await signIn(emulator, { scope })
  const other = await signIn(emulator, { scope, login_hint: 'max@contoso.example' })
  const code = readRedirect(await authorize(emulator, { scope })).get('code') ?? ''
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, scope }
  emulator.revokeSignInSessions('ada@contoso.example')
  const refusal = await postToken(emulator, { ...form, refresh_token: before.refresh_token })
  checkRefusal(t, refusal, 50173, 'the refresh token')
  t.match(refusal.body.error_description, /issued on '[\d-]+T[\d:.]+Z' and the TokensValidFrom date/)
  checkRefusal(t, await redeem(emulator, code), 50173, 'the code')
  t.equal((await postToken(emulator, { ...form, refresh_token: other.refresh_token })).status, 200, 'not of others')
  const after = await signIn(emulator, { scope })
  t.equal((await postToken(emulator, { ...form, refresh_token: after.refresh_token })).status, 200)
  t.throws(() => emulator.revokeSignInSessions('nobody'), { message: /no person nobody/ })
})

t.test('a new password ends what public clients hold, and not what confidential ones do', async t => {
  const emulator = await start(t, { directory })
  const scope = `offline_access ${scopes.mcp}`
  const { access_token: assertion, refresh_token } = await signIn(emulator, { scope })
  const middleTier = { client_id: ids.mcp, client_secret: secret, scope: `offline_access ${scopes.orders}` }
  const exchange = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', requested_token_use: 'on_behalf_of' }
  const held = (await postToken(emulator, { ...middleTier, ...exchange, assertion })).body
  emulator.changePassword('ada@contoso.example')
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope }
  checkRefusal(t, await postToken(emulator, form), 50173, 'a public client')
  const confidential = { ...middleTier, grant_type: 'refresh_token', refresh_token: held.refresh_token }
  t.equal((await postToken(emulator, confidential)).status, 200)
  emulator.revokeSignInSessions('ada@contoso.example')
  checkRefusal(t, await postToken(emulator, confidential), 50173, 'revoked')
  t.throws(() => emulator.changePassword('nobody'), { message: /no person nobody/ })
})

t.test('the sessions of a guest are not this tenant’s to revoke', async t => {
  const emulator = await start(t, { directory })
  const scope = `offline_access ${scopes.mcp}`
  const { refresh_token } = await signIn(emulator, { scope, login_hint: 'gil@fabrikam.example' })
  emulator.revokeSignInSessions(ids.gil)
  emulator.changePassword(ids.gil)
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope }
  t.equal((await postToken(emulator, form)).status, 200)
})

t.test('an old refresh token stays good beside the new one', async t => {
  const emulator = await start(t, { directory })
  const { refresh_token } = await signIn(emulator, { scope: `offline_access ${scopes.mcp}` })
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope: scopes.mcp }
  const tokens = new Set([refresh_token])
  for (let turn = 0; turn < 3; turn++) tokens.add((await postToken(emulator, form)).body.refresh_token)
  t.equal(tokens.size, 4, 'each answer has one of its own')
  for (const each of tokens) t.equal((await postToken(emulator, { ...form, refresh_token: each })).status, 200)
})

t.test('a tenant of before 2026 takes no resource parameter at all', async t => {
  const emulator = await start(t, { directory: contosoWith({ resourceParameter: 'refused' }) })
  for (const resource of [mcpUri, ordersUri]) {
    const redirect = readRedirect(await authorize(emulator, { resource }))
    t.equal(readCode(redirect.get('error_description')), 901002)
    t.equal(redirect.get('error'), 'invalid_request')
  }
  const code = readRedirect(await authorize(emulator)).get('code') ?? ''
  checkRefusal(t, await redeem(emulator, code, { resource: mcpUri }), 901002, 'the code leg')
  t.equal((await redeem(emulator, code)).status, 200)
})

t.test('a client that asks for itself must do so by its client ID', async t => {
  const own = { redirectUris: { publicClient: ['http://127.0.0.1/callback'] } }
  const emulator = await start(t, { directory: contosoWith({}, { [ids.mcp]: own }) })
  const self = { client_id: ids.mcp }
  const byUri = readRedirect(await authorize(emulator, { ...self, scope: scopes.mcp }))
  t.equal(readCode(byUri.get('error_description')), 90009)
  const byId = await authorize(emulator, { ...self, scope: `${ids.mcp}/mcp_access` })
  t.equal(byId.status, 200, 'consent is asked')
})

checkEveryCodeWasSeen(t, 'people.test.ts')
