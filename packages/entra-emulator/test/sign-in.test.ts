import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import t from 'tap'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import { authorize, getCode, postToken, readRedirect, redeem, signIn, start, verifier } from './oauth-client.ts'

const uuid = /^[0-9a-f-]{36}$/

t.test('a code with PKCE gives a version 2 token that verifies against the key set', async t => {
  const emulator = await start(t)
  const keys = createRemoteJWKSet(new URL(`${emulator.authority}/${ids.tenant}/discovery/v2.0/keys`))
  const response = await authorize(emulator, { resource: mcpUri })
  t.equal(response.status, 302)
  const redirect = readRedirect(response)
  t.equal(redirect.get('state'), 'a state & more')
  t.match(redirect.get('session_state'), uuid)
  t.notOk(redirect.has('iss'), 'RFC 9207 is not implemented')
  const { status, headers, body } = await redeem(emulator, redirect.get('code') ?? '', { resource: mcpUri })
  t.equal(status, 200)
  t.match(headers.get('cache-control'), 'no-store')
  t.strictSame(Object.keys(body), ['token_type', 'scope', 'expires_in', 'ext_expires_in', 'access_token'])
  t.equal(body.scope, `${mcpUri}/mcp_access`)
  const issuer = `${emulator.authority}/${ids.tenant}/v2.0`
  const { payload, protectedHeader } = await jwtVerify(body.access_token, keys, { issuer, audience: ids.mcp })
  t.strictSame(Object.keys(protectedHeader), ['typ', 'alg', 'kid'])
  t.match(payload, {
    azp: ids.desktop,
    azpacr: '0',
    name: 'Ada Operator',
    preferred_username: 'ada@contoso.example',
    oid: ids.ada,
    roles: ['Mcp.Operator'],
    groups: ['99999999-0000-4000-8000-000000000001'],
    scp: 'mcp_access',
    tid: ids.tenant,
    ver: '2.0',
    acct: 0,
    uti: String,
    rh: String,
    aio: String
  })
  t.notMatch(payload, { idtyp: /./ }, 'idtyp is for application tokens unless include_user_token is set')
  for (const absent of ['upn', 'unique_name', 'appid', 'nonce']) t.notOk(absent in payload, absent)
  const lifetime = (payload.exp ?? 0) - (payload.iat ?? 0)
  t.ok(lifetime >= 3600 && lifetime <= 5400)
  t.equal(lifetime, body.expires_in)
  t.equal(payload.nbf, payload.iat)
})

t.test('an API without requestedAccessTokenVersion 2 gets version 1 tokens from the same endpoint', async t => {
  const emulator = await start(t)
  const body = await signIn(emulator, { scope: `${ordersUri}/orders_read` })
  const keys = createRemoteJWKSet(new URL(`${emulator.authority}/${ids.tenant}/discovery/keys`))
  const issuer = `https://sts.windows.net/${ids.tenant}/`
  const { payload, protectedHeader } = await jwtVerify(body.access_token, keys, { issuer, audience: ordersUri })
  t.strictSame(Object.keys(protectedHeader), ['typ', 'alg', 'x5t', 'kid'])
  t.equal(protectedHeader.x5t, protectedHeader.kid)
  t.match(payload, {
    appid: ids.desktop,
    appidacr: '0',
    unique_name: 'ada@contoso.example',
    upn: 'ada@contoso.example',
    scp: 'orders_read',
    ver: '1.0',
    acr: '1',
    amr: ['pwd']
  })
  for (const absent of ['azp', 'azpacr', 'preferred_username', 'groups', 'roles']) t.notOk(absent in payload, absent)
  const second = decodeJwt((await signIn(emulator, { scope: `${ordersUri}/orders_read` })).access_token)
  const third = decodeJwt((await signIn(emulator, { scope: `${ordersUri}/orders_read` })).access_token)
  t.strictSame([second.aud, third.aud], [`${ordersUri}/`, ids.orders], 'the audience takes every form that it may have')
})

t.test('openid gives an ID token, offline_access a refresh token, and neither stands in scp', async t => {
  const emulator = await start(t)
  const scope = `openid profile email offline_access ${mcpUri}/mcp_access`
  const body = await signIn(emulator, { scope, nonce: 'n-1' })
  const claims = decodeJwt(body.id_token ?? '')
  t.match(claims, {
    aud: ids.desktop,
    iss: `${emulator.authority}/${ids.tenant}/v2.0`,
    nonce: 'n-1',
    name: 'Ada Operator',
    preferred_username: 'ada@contoso.example',
    email: 'ada@contoso.example',
    ver: '2.0'
  })
  const access = decodeJwt(body.access_token)
  t.equal(access['scp'], 'mcp_access')
  t.not(access.sub, claims.sub, 'sub is pairwise')
  const bare = decodeJwt((await signIn(emulator, { scope: `openid ${mcpUri}/mcp_access` })).id_token ?? '')
  t.notOk('name' in bare || 'email' in bare, 'profile and email were not asked')
})

t.test('a refresh needs a scope, gives a new refresh token, and can name another API', async t => {
  const emulator = await start(t)
  const first = await signIn(emulator, { scope: `offline_access ${mcpUri}/mcp_access` })
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token: first.refresh_token }
  const second = await postToken(emulator, { ...form, scope: `${mcpUri}/mcp_access`, resource: mcpUri })
  t.equal(second.status, 200)
  t.not(second.body.refresh_token, first.refresh_token)
  t.equal(decodeJwt(second.body.access_token)['scp'], 'mcp_access')
  const other = { ...form, refresh_token: second.body.refresh_token, scope: `${ordersUri}/.default` }
  t.equal(decodeJwt((await postToken(emulator, other)).body.access_token)['scp'], 'orders_read')
})

t.test('without a scope of an API the token is for Microsoft Graph and does not verify', async t => {
  const emulator = await start(t)
  const keys = createRemoteJWKSet(new URL(`${emulator.authority}/${ids.tenant}/discovery/keys`))
  for (const scope of ['User.Read', 'openid', 'https://graph.microsoft.com/User.Read']) {
    const { access_token: token } = await signIn(emulator, { scope })
    t.match(decodeJwt(token), { aud: '00000003-0000-0000-c000-000000000000', scp: 'User.Read', ver: '1.0' }, scope)
    t.type(decodeProtectedHeader(token)['nonce'], 'string')
    await t.rejects(jwtVerify(token, keys), errors.JWSSignatureVerificationFailed)
  }
})

t.test('a web client needs its secret, in the body or as Basic', async t => {
  const emulator = await start(t)
  const redirect_uri = 'https://web.contoso.example/cb?x=1'
  const changes = { client_id: ids.web, redirect_uri, code_challenge: undefined, code_challenge_method: undefined }
  const location = (await authorize(emulator, changes)).headers.get('location') ?? ''
  t.match(location, /^https:\/\/web\.contoso\.example\/cb\?x=1&code=/)
  const form = { client_id: ids.web, redirect_uri, code_verifier: undefined }
  const posted = await redeem(emulator, await getCode(emulator, changes), { ...form, client_secret: secret })
  t.equal(decodeJwt(posted.body.access_token)['azpacr'], '1')
  const authorization = `Basic ${Buffer.from(`${ids.web}:${secret}`).toString('base64')}`
  const basic = { ...form, client_id: undefined }
  t.equal((await redeem(emulator, await getCode(emulator, changes), basic, { authorization })).status, 200)
})

t.test('a single-page app redeems across origins, and only its answers may be read there', async t => {
  const emulator = await start(t)
  const spa = { client_id: ids.spa, redirect_uri: 'https://spa.contoso.example/cb' }
  const headers = { origin: 'https://spa.contoso.example' }
  const scope = `offline_access ${mcpUri}/mcp_access`
  const answer = await redeem(emulator, await getCode(emulator, { ...spa, scope }), spa, headers)
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('access-control-allow-origin'), '*')
  const desktop = await redeem(emulator, await getCode(emulator), {}, headers)
  t.equal(desktop.headers.get('access-control-allow-origin'), null)
  const url = `${emulator.authority}/${ids.tenant}/oauth2/v2.0/token`
  const preflight = await fetch(url, { method: 'OPTIONS', headers })
  t.equal(preflight.headers.get('access-control-allow-methods'), 'POST, OPTIONS')
})

t.test('the answer goes back as query, fragment or form', async t => {
  const emulator = await start(t)
  const fragment = await authorize(emulator, { response_mode: 'fragment' })
  t.match(new URL(fragment.headers.get('location') ?? '').hash, /^#code=.+&state=a\+state\+%26\+more$/)
  const form = await authorize(emulator, { response_mode: 'form_post' })
  const page = await form.text()
  t.equal(form.status, 200)
  t.match(page, `<form method="post" action="http://127.0.0.1:49152/callback">`)
  t.match(page, /name="state" value="a state &amp; more"/)
})

const readInteraction = (page: string): string => /name="interaction" value="([^"]+)"/.exec(page)?.[1] ?? ''

t.test('without automatic sign-in a page lists the people, escaped, and one click signs in', async t => {
  const emulator = await start(t, { automatic: false, autoSignIn: undefined })
  const response = await authorize(emulator, { login_hint: 'ada@contoso.example' })
  const page = await response.text()
  t.equal(response.status, 200)
  t.match(response.headers.get('content-security-policy'), "default-src 'none'")
  t.match(page, 'Entra ID emulator')
  t.match(page, 'Gil &quot;&lt;Guest&gt;&quot;')
  t.notMatch(page, /<script|<Guest>/)
  const body = new URLSearchParams({ interaction: readInteraction(page), person: ids.gil })
  const url = `${emulator.authority}/${ids.tenant}/login`
  const click = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  const { body: tokens } = await redeem(emulator, readRedirect(click).get('code') ?? '')
  t.match(decodeJwt(tokens.access_token), { oid: ids.gil, acct: 1 })
  const again = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  t.match(await again.text(), 'AADSTS165000', 'a click counts once')
})

t.test('a scope that is not pre-authorised needs consent, which is remembered', async t => {
  const emulator = await start(t)
  const scope = `${mcpUri}/mcp_admin`
  const consent = async (decision: string) => {
    const page = await (await authorize(emulator, { scope })).text()
    t.match(page, 'MCP &lt;server&gt;')
    const body = new URLSearchParams({ interaction: readInteraction(page), decision })
    return fetch(`${emulator.authority}/${ids.tenant}/consent`, { method: 'POST', body, redirect: 'manual' })
  }
  t.equal(readRedirect(await consent('decline')).get('error'), 'access_denied')
  const code = readRedirect(await consent('accept')).get('code') ?? ''
  const all = 'mcp_access mcp_admin'
  t.equal(decodeJwt((await redeem(emulator, code)).body.access_token)['scp'], all, 'and all that was granted before')
  t.equal(decodeJwt((await signIn(emulator, { scope })).access_token)['scp'], all)
  t.equal(
    (await authorize(emulator, { scope, login_hint: 'max@contoso.example' })).status,
    200,
    'not for another person'
  )
})

t.test('prompt=consent asks again, unless the sign-in is automatic', async t => {
  const automatic = await start(t)
  t.equal((await authorize(automatic, { prompt: 'consent' })).status, 302)
  const scope = `${mcpUri}/.default`
  t.equal(
    decodeJwt((await signIn(automatic, { scope })).access_token)['scp'],
    'mcp_access',
    '.default is what is granted'
  )
  const plain = { code_challenge: verifier, code_challenge_method: undefined }
  t.equal(decodeJwt((await signIn(automatic, plain)).access_token)['scp'], 'mcp_access', 'the plain method works')
})

t.test('the authorization request may come as a form', async t => {
  const emulator = await start(t)
  const { url } = await authorize(emulator)
  const { origin, pathname, searchParams: body } = new URL(url)
  const posted = await fetch(origin + pathname, { method: 'POST', body, redirect: 'manual' })
  t.equal(posted.status, 302)
  t.ok(readRedirect(posted).has('code'))
})
