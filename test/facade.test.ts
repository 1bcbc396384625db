import t from 'tap'
import { configuredGateway } from './support/configured-gateway.ts'
import { API, TENANT } from './support/contoso.ts'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade, GATEWAY, GATEWAY_SECRET, SCOPE } from './support/facade.ts'
import { parametersOf, RawClient } from './support/raw-client.ts'

/** What the gateway asked of Entra's authorization endpoint last. */
const askedOf = (browser: CookieBrowser): URLSearchParams =>
  new URL(browser.history.findLast(url => url.includes('/oauth2/v2.0/authorize')) ?? 'http://none').searchParams

t.test('the metadata is at all four addresses, the same for every page, and says whose it is', async t => {
  const { issuer, entra } = await facade(t)
  const origin = new URL(issuer).origin
  const paths = ['oauth-authorization-server', 'openid-configuration'].flatMap(name => [
    `${origin}/.well-known/${name}/oauth/mcp`,
    `${issuer}/.well-known/${name}`
  ])
  for (const path of paths) {
    const response = await fetch(path, { headers: { origin: 'https://page.example' } })
    t.equal(response.headers.get('access-control-allow-origin'), '*')
    t.strictSame(
      await response.json(),
      {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        scopes_supported: [SCOPE, `api://${API}/mcp_admin`],
        response_types_supported: ['code'],
        response_modes_supported: ['query'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_methods_supported: ['none'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        jwks_uri: `${entra.authority}/${TENANT}/discovery/v2.0/keys`,
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256']
      },
      path
    )
  }
  const asked = entra.requests.length
  for (const path of paths) await fetch(path)
  t.equal(entra.requests.length, asked, 'and nobody asked Entra for it')
})

t.test('of a request only claims, login_hint and domain_hint reach Entra', async t => {
  const { issuer } = await facade(t)
  const browser = new CookieBrowser()
  const changes = {
    resource: issuer.replace('/oauth', ''),
    prompt: 'consent',
    nonce: 'n',
    acr_values: 'x',
    login_hint: 'ada@contoso.example',
    domain_hint: 'contoso.example',
    claims: '{"access_token":{"acrs":{"essential":false,"value":"c1"}}}',
    scope: 'openid profile mcp_access'
  }
  await new RawClient(issuer).code(browser, changes)
  const asked = Object.fromEntries(askedOf(browser))
  const { state, code_challenge, ...rest } = asked
  t.ok(state && code_challenge)
  t.strictSame(rest, {
    client_id: GATEWAY,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: `${issuer}/callback`,
    code_challenge_method: 'S256',
    scope: `${SCOPE} offline_access`,
    claims: changes.claims,
    login_hint: changes.login_hint,
    domain_hint: changes.domain_hint
  })
})

const prompts: Record<string, [object, string | undefined, string | null]> = {
  'consent is never passed on': [{}, 'consent', null],
  'select_account is': [{}, 'select_account', 'select_account'],
  'the operator can want a fresh sign-in': [{ prompt: 'login' }, undefined, 'login']
}
for (const [what, [oauth, asked, sent]] of Object.entries(prompts)) {
  t.test(`prompt: ${what}`, async t => {
    const { issuer } = await facade(t, { oauth: oauth as Record<string, unknown> })
    const browser = new CookieBrowser()
    await new RawClient(issuer).code(browser, { prompt: asked })
    t.equal(askedOf(browser).get('prompt'), sent)
  })
}

t.test('prompt=none is told that the person must be asked', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const shown = await new CookieBrowser().open(client.authorizeUrl({ prompt: 'none' }), client.redirect)
  t.equal(parametersOf(shown).get('error'), 'interaction_required')
})

const offline: Record<string, [string, string, boolean]> = {
  'always, unasked': ['always', 'mcp_access', true],
  'requested, and asked for': ['requested', 'mcp_access offline_access', true],
  'requested, and not': ['requested', 'mcp_access', false],
  'never, though asked for': ['never', 'mcp_access offline_access', false]
}
for (const [what, [offlineAccess, scope, given]] of Object.entries(offline)) {
  t.test(`offlineAccess: ${what}`, async t => {
    const { issuer } = await facade(t, { oauth: { offlineAccess } })
    const client = new RawClient(issuer)
    const { document } = await client.redeem(await client.code(undefined, { scope }))
    t.equal('refresh_token' in document, given)
    t.notOk('id_token' in document)
  })
}

const scopes: Record<string, [string | undefined, string]> = {
  'a bare name': ['mcp_access', SCOPE],
  'the form of Entra': [SCOPE, SCOPE],
  'both forms of one': [`mcp_access ${SCOPE}`, SCOPE],
  none: [undefined, `${SCOPE} api://${API}/mcp_admin`],
  'those of the sign-in alone': ['openid profile offline_access', `${SCOPE} api://${API}/mcp_admin`]
}
for (const [what, [asked, granted]] of Object.entries(scopes)) {
  t.test(`scope: ${what}`, async t => {
    const { issuer } = await facade(t)
    const browser = new CookieBrowser()
    const client = new RawClient(issuer)
    const { document } = await client.redeem(await client.code(browser, { scope: asked }))
    t.equal(askedOf(browser).get('scope'), `${granted} offline_access`)
    t.equal(document['scope'], `${SCOPE} api://${API}/mcp_admin`, 'a token carries all that Entra has granted')
  })
}

t.test('a scope that is not given goes back as an error, with iss and state', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  for (const scope of ['other', 'https://graph.microsoft.com/Mail.Read', `${SCOPE}/x`]) {
    const shown = await new CookieBrowser().open(client.authorizeUrl({ scope }), client.redirect)
    t.match(Object.fromEntries(parametersOf(shown)), { error: 'invalid_scope', state: 'the-state', iss: issuer })
  }
})

t.test('a refresh may leave scope out, ask for less, for all that the token carried, and not for more', async t => {
  const { issuer, mcp } = await facade(t, {
    directory({ tenants: [tenant] }) {
      // Of the three that clients may have, Entra has granted two.
      const [api] = tenant!.applications
      api!.oauth2PermissionScopes!.push({ value: 'mcp_owner' })
    },
    oauth: { scopes: [SCOPE, `api://${API}/mcp_admin`, `api://${API}/mcp_owner`] }
  })
  const client = new RawClient(issuer)
  const { document } = await client.redeem(await client.code())
  const both = `${SCOPE} api://${API}/mcp_admin`
  t.equal(document['scope'], both)
  const token = document['refresh_token']!
  for (const scope of [undefined, 'mcp_access', both])
    t.match(
      await client.refresh(token, { scope, resource: mcp }),
      { status: 200, document: { scope: both } },
      scope ?? 'none'
    )
  const more = await client.refresh(token, { scope: 'mcp_access mcp_owner' })
  t.match(more, { status: 400, document: { error: 'invalid_scope' } })
  const again = await client.refresh((await client.refresh(token)).document['refresh_token']!)
  t.equal(again.status, 200, 'the new one is good, too')
})

t.test('scopes that Entra has granted to the gateway, and clients may not have, are not told of', async t => {
  const { issuer } = await facade(t, { oauth: { scopes: [SCOPE] } })
  const client = new RawClient(issuer)
  t.equal((await client.redeem(await client.code())).document['scope'], SCOPE)
})

t.test('what Entra refuses at the sign-in goes back explained, and nothing else of it', async t => {
  const { issuer } = await facade(t, {
    directory({ tenants: [tenant] }) {
      Object.assign(tenant!.applications[1]!, { appRoleAssignmentRequired: true })
    }
  })
  const back = Object.fromEntries(await new RawClient(issuer).allowed())
  t.match(back, { error: 'access_denied', iss: issuer, state: 'the-state' })
  t.equal(
    back['error_description'],
    'AADSTS50105: The person is not assigned to the application. An administrator assigns them, or a group of theirs.'
  )
})

t.test('a session that was revoked is an invalid grant, explained', async t => {
  const { issuer, entra } = await facade(t)
  const client = new RawClient(issuer)
  const { document } = await client.redeem(await client.code())
  entra.revokeSignInSessions('ada@contoso.example')
  const refused = await client.refresh(document['refresh_token']!)
  t.match(refused, { status: 400, document: { error: 'invalid_grant', error_description: /^AADSTS50173: / } })
  t.equal(refused.headers.get('x-sluice-error'), 'SLUICE_OAUTH_ENTRA_REFUSED')
})

t.test('a wrong secret of the gateway is its own fault, not the client’s, and the log says what to do', async t => {
  const { issuer, log } = await facade(t, { oauth: { credential: { secret: 'wrong' } } })
  const client = new RawClient(issuer)
  const refused = await client.redeem(await client.code())
  t.match(refused, { status: 502, document: { error: 'server_error', error_description: /^AADSTS7000215: / } })
  t.match(
    log.filter(line => line.level === 'error').map(line => line.message),
    [/Entra refuses the gateway: AADSTS7000215: The client secret/]
  )
  t.notMatch(JSON.stringify(log), /"wrong"/)
})

t.test('a callback that is registered as a single-page application is told of: AADSTS9002327', async t => {
  const { issuer } = await facade(t, {
    directory({ tenants: [tenant] }) {
      const gateway = tenant!.applications[1] as { redirectUris: Record<string, string[]> }
      gateway.redirectUris = { spa: gateway.redirectUris['web']! }
    }
  })
  const client = new RawClient(issuer)
  const refused = await client.redeem(await client.code())
  t.match(refused, { status: 502, document: { error_description: /^AADSTS9002327: .*Register it as Web/ } })
})

t.test('where Entra is away clients are told to wait, and the metadata stays', async t => {
  const { issuer, entra } = await facade(t)
  const client = new RawClient(issuer)
  const code = await client.code()
  await entra.close()
  const refused = await client.redeem(code)
  t.match(refused, { status: 503, document: { error: 'temporarily_unavailable' } })
  t.equal(refused.headers.get('retry-after'), '1')
  const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  t.equal(metadata.status, 200, 'what was fetched before is kept')
})

t.test('neither tokens nor codes nor the secret are in the log', async t => {
  const { issuer, log } = await facade(t)
  const client = new RawClient(issuer)
  const code = await client.code()
  const { document } = await client.redeem(code)
  await client.refresh(document['refresh_token']!)
  const said = JSON.stringify(log)
  for (const secret of [code, document['access_token']!, document['refresh_token']!, GATEWAY_SECRET, client.verifier])
    t.notOk(said.includes(secret))
})

t.test('any replica answers: what one has sealed another one opens', async t => {
  const { issuer, replica } = await facade(t)
  const client = new RawClient(issuer)
  const code = await client.code()
  const other = await replica()
  const body = new URLSearchParams({
    client_id: client.id,
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirect,
    code_verifier: client.verifier
  })
  t.equal((await fetch(`${other}/token`, { method: 'POST', body })).status, 200)
})

t.test('a global entry is one server for all routes, with an issuer of its own', async t => {
  const oauth = {
    tenant: TENANT,
    authority: 'http://127.0.0.1:1',
    clientId: GATEWAY,
    credential: { secret: 'x' },
    scopes: [SCOPE],
    clients: [{ id: 'known-client', redirectUris: ['http://127.0.0.1/callback'] }]
  }
  const gateway = await configuredGateway(t, {
    publicUrl: 'http://127.0.0.1:1',
    listen: { port: 0 },
    admin: { port: 0 },
    filters: [{ 'entra-oauth': oauth }],
    routes: ['a', 'b'].map(name => ({ name, path: `/${name}`, upstream: 'http://127.0.0.1:1/mcp' }))
  })
  const page = await fetch(new RawClient(`${gateway.url}/oauth`).authorizeUrl())
  t.equal(page.status, 200)
  t.match(await page.text(), /wants to use 127\.0\.0\.1:1 in your name/)
  const metadata = await fetch(`${gateway.url}/.well-known/oauth-authorization-server/oauth`)
  t.equal(metadata.status, 503, 'Entra has not been reached yet')
  t.equal((await fetch(`${gateway.adminUrl}/readyz`)).status, 503)
})

t.test('parameters that are too long, and requests by reference, go back as errors', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const error = async (changes: Record<string, string>) =>
    parametersOf(await new CookieBrowser().open(client.authorizeUrl(changes), client.redirect)).get('error')
  const tooLong = { state: 1025, login_hint: 321, domain_hint: 254 }
  for (const [name, length] of Object.entries(tooLong))
    t.equal(await error({ [name]: 'x'.repeat(length) }), 'invalid_request')
  t.equal(await error({ login_hint: 'ä'.repeat(161) }), 'invalid_request', 'bytes are counted')
  t.equal(await error({ login_hint: 'a\nb' }), 'invalid_request')
  for (const claims of ['x', '[]', 'null', '"x"', '{', JSON.stringify({ x: 'y'.repeat(1020) })])
    t.equal(await error({ claims }), 'invalid_request', claims.slice(0, 9))
  t.equal(await error({ request: 'x' }), 'request_not_supported')
  t.equal(await error({ request_uri: 'https://x.example/' }), 'request_uri_not_supported')
  t.equal(await error({ response_type: 'token' }), 'unsupported_response_type')
  t.equal(await error({ response_mode: 'form_post' }), 'unsupported_response_type')
})
