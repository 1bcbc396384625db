import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import { postToken, signIn, start } from './oauth-client.ts'

const daemon = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }

t.test('an application gets its roles, no scp, and is its own subject', async t => {
  const emulator = await start(t)
  const { body } = await postToken(emulator, { ...daemon, scope: `${mcpUri}/.default`, resource: mcpUri })
  t.strictSame(Object.keys(body), ['token_type', 'expires_in', 'ext_expires_in', 'access_token'])
  const claims = decodeJwt(body.access_token)
  t.match(claims, { aud: ids.mcp, azp: ids.daemon, azpacr: '1', idtyp: 'app', roles: ['Mcp.Invoke'], ver: '2.0' })
  t.equal(claims['oid'], claims.sub)
  for (const absent of ['scp', 'name', 'preferred_username', 'groups', 'acct']) t.notOk(absent in claims, absent)
})

t.test('an application without any role gets a token all the same, without idtyp unless the API asked', async t => {
  const emulator = await start(t)
  for (const name of [ordersUri, ids.orders]) {
    const { body } = await postToken(emulator, { ...daemon, scope: `${name}/.default` })
    const claims = decodeJwt(body.access_token)
    t.match(claims, { aud: name, appid: ids.daemon, appidacr: '1', ver: '1.0' })
    for (const absent of ['scp', 'roles', 'idtyp', 'upn', 'unique_name']) t.notOk(absent in claims, absent)
  }
})

t.test('people differ: a guest, someone without roles, someone in too many groups', async t => {
  const emulator = await start(t)
  const scope = `${mcpUri}/mcp_access`
  const claimsOf = async (login_hint: string) => decodeJwt((await signIn(emulator, { scope, login_hint })).access_token)
  const guest = await claimsOf('gil_x#EXT#@contoso.example')
  t.match(guest, { acct: 1, tid: ids.tenant })
  t.notOk('roles' in guest || 'groups' in guest)
  const many = await claimsOf('max@contoso.example')
  const endpoint = `https://graph.windows.net/${ids.tenant}/users/${ids.max}/getMemberObjects`
  t.match(many, { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } })
  t.notOk('groups' in many || 'hasgroups' in many)
  const order = { scope: `${ordersUri}/orders_read`, login_hint: 'gil_x#EXT#@contoso.example' }
  const v1 = decodeJwt((await signIn(emulator, order)).access_token)
  t.match(v1, {
    unique_name: 'gil@fabrikam.example',
    email: 'gil@fabrikam.example',
    idp: /^https:\/\/sts\.windows\.net\//
  })
  t.notOk('upn' in v1)
})

t.test('acrs and xms_cc come when the client asked for them', async t => {
  const emulator = await start(t)
  const asked = { acrs: { essential: true, value: 'c1' }, xms_cc: { values: ['cp1'] } }
  const claims = JSON.stringify({ access_token: asked })
  t.match(decodeJwt((await signIn(emulator, { claims })).access_token), { acrs: ['c1'], xms_cc: ['cp1'] })
  const plain = decodeJwt((await signIn(emulator)).access_token)
  t.notOk('acrs' in plain || 'xms_cc' in plain)
})

t.test('sub is pairwise, oid is not, and every token has an id of its own', async t => {
  const emulator = await start(t)
  const first = decodeJwt(emulator.issueToken({ resource: ids.mcp }))
  const again = decodeJwt(emulator.issueToken({ resource: ids.mcp }))
  const other = decodeJwt(emulator.issueToken({ resource: ids.orders }))
  t.equal(first.sub, again.sub)
  t.not(first.sub, other.sub)
  t.equal(first['oid'], other['oid'])
  t.not(first['uti'], again['uti'])
})

t.test('a test can make any token', async t => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const emulator = await start(t, { now: () => now, tokenLifetime: 600 })
  const plain = emulator.issueToken()
  t.match(decodeJwt(plain), { aud: ids.mcp, azp: ids.desktop, oid: ids.ada, scp: 'mcp_access mcp_admin', ver: '2.0' })
  t.equal(decodeJwt(plain).exp, now / 1000 + 600)
  const odd = emulator.issueToken({
    version: 1,
    person: 'max@contoso.example',
    client: ids.web,
    scopes: ['mcp_access'],
    expiresIn: -5,
    claims: { scp: undefined, cnf: { kid: 'x' } },
    header: { alg: 'none', typ: 'at+jwt', kid: undefined }
  })
  const claims = decodeJwt(odd)
  t.match(claims, { ver: '1.0', oid: ids.max, appid: ids.web, exp: now / 1000 - 5, cnf: { kid: 'x' } })
  t.notOk('scp' in claims)
  t.strictSame(Object.keys(decodeProtectedHeader(odd)), ['typ', 'alg', 'x5t'])
  t.match(decodeJwt(emulator.issueToken({ kind: 'app' })), { azp: ids.daemon, roles: ['Mcp.Invoke'], idtyp: 'app' })
  t.match(decodeJwt(emulator.issueToken({ kind: 'id', client: ids.mcp })), { aud: ids.mcp, name: 'Ada Operator' })
  const graph = emulator.issueToken({ resource: 'https://graph.microsoft.com' })
  t.ok(decodeProtectedHeader(graph)['nonce'])
  t.throws(() => emulator.issueToken({ person: 'nobody' }), { message: /no person nobody/ })
  t.throws(() => emulator.issueToken({ client: 'nobody' }), { message: /no client nobody/ })
})

t.test('optional claims decide the audience of version 1 tokens, and whether people have an idtyp', async t => {
  const optionalClaims = {
    accessToken: [
      { name: 'aud', additionalProperties: ['use_guid'] },
      { name: 'idtyp', additionalProperties: ['include_user_token'] }
    ]
  }
  const identifierUris = ['https://contoso.example/mcp']
  const oauth2PermissionScopes = [{ value: 'a' }]
  const application = { clientId: ids.mcp, displayName: 'A', identifierUris, oauth2PermissionScopes, optionalClaims }
  const people = [{ oid: ids.ada, name: 'Ada', upn: 'ada@contoso.example' }]
  const tenant = { tenantId: ids.tenant, verifiedDomains: ['contoso.example'], applications: [application], people }
  const emulator = await start(t, { directory: { tenants: [tenant] } })
  for (const turn of ['first', 'second']) {
    t.match(decodeJwt(emulator.issueToken()), { aud: ids.mcp, ver: '1.0', idtyp: 'user', scp: 'a' }, turn)
  }
})
