import t, { type Test } from 'tap'
import { API, DAEMON } from './support/contoso.ts'
import { CookieBrowser, hiddenFields } from './support/cookie-browser.ts'
import { facade, type Facade } from './support/facade.ts'
import { parametersOf, RawClient } from './support/raw-client.ts'

/** Requests that reached Entra's endpoint of that name. */
const reached = ({ entra }: Facade, endpoint: 'authorize' | 'token'): number =>
  entra.requests.filter(path => path.endsWith(`/oauth2/v2.0/${endpoint}`)).length

/** What a browser sees that is led nowhere. */
const led = async (t: Test, url: string) => {
  const shown = await new CookieBrowser().open(url, 'https://evil.example')
  t.notOk(shown.url.startsWith('https://evil.example'), 'it is led nowhere')
  return { status: shown.status, code: shown.headers.get('x-sluice-error'), text: shown.text }
}

const redirects: Record<string, string> = {
  'an open redirect': 'https://evil.example/callback',
  'a prefix of a registered one': 'http://127.0.0.1/callback.evil.example',
  'a registered one as prefix': 'http://127.0.0.1/callback/../evil',
  'a host that begins like one': 'http://127.0.0.1.evil.example/callback',
  'a registered one as user information': 'http://127.0.0.1:80@evil.example/callback',
  'another loopback name': 'http://localhost/callback',
  'https in place of http': 'https://127.0.0.1/callback',
  'a query that was not registered': 'http://127.0.0.1/callback?x=1',
  'a fragment': 'http://127.0.0.1/callback#x',
  'another spelling': 'http://127.0.0.1/Callback',
  'an encoded path': 'http://127.0.0.1/%63allback',
  'a port that is none': 'http://127.0.0.1:99999/callback',
  'a line break': 'http://127.0.0.1/callback\r\nset-cookie: a=b',
  'a script': 'javascript:alert(1)'
}
for (const [what, redirect_uri] of Object.entries(redirects)) {
  t.test(`redirect URI: ${what} is refused on a page, and nobody is redirected`, async t => {
    const { issuer } = await facade(t)
    const url = new RawClient(issuer).authorizeUrl({ redirect_uri })
    t.match(await led(t, url), { status: 400, code: 'SLUICE_OAUTH_REDIRECT_URI' })
  })
}

t.test('an unknown client, one with markup for a name, and parameters sent twice stay on a page', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const unknown = await led(t, client.authorizeUrl({ client_id: '<script>alert(1)</script>' }))
  t.match(unknown, { status: 400, code: 'SLUICE_OAUTH_CLIENT' })
  t.notMatch(unknown.text, /<script/)
  const twice = `${client.authorizeUrl()}&redirect_uri=https%3A%2F%2Fevil.example%2F`
  t.match(await led(t, twice), { status: 400, code: 'SLUICE_OAUTH_REQUEST' })
})

const foreign: Record<string, (mcp: string) => string> = {
  'another server': () => 'http://127.0.0.1:18666/mcp',
  'another host': () => 'https://evil.example/mcp',
  'a host that begins like this one': mcp => mcp.replace('/mcp', '.evil.example/mcp'),
  'this one as user information': mcp => mcp.replace('/mcp', '@evil.example/mcp'),
  'a path that begins like this one': mcp => `${mcp}-of-others`,
  'another path': mcp => mcp.replace('/mcp', '/other'),
  'no URL': () => 'mcp'
}
for (const [what, resourceOf] of Object.entries(foreign)) {
  t.test(`a token for ${what} is not to be had here: it would be sent there, and is good for this one`, async t => {
    const company = await facade(t)
    const client = new RawClient(company.issuer)
    const resource = resourceOf(company.mcp)
    const shown = await new CookieBrowser().open(client.authorizeUrl({ resource }), client.redirect)
    t.match(Object.fromEntries(parametersOf(shown)), { error: 'invalid_target', iss: company.issuer })
    t.equal(reached(company, 'authorize'), 0, 'and nobody was asked')
    const code = await client.code()
    t.match(await client.redeem(code, { resource }), { status: 400, document: { error: 'invalid_target' } })
    t.equal(reached(company, 'token'), 0)
    const { document } = await client.redeem(code)
    const refused = await client.refresh(document['refresh_token']!, { resource })
    t.match(refused, { status: 400, document: { error: 'invalid_target', code: 'SLUICE_OAUTH_RESOURCE' } })
    t.equal(reached(company, 'token'), 1)
  })
}

t.test('what clients call this server is taken as resource, with a slash, as an origin, and as the API', async t => {
  const { issuer, mcp } = await facade(t)
  const client = new RawClient(issuer)
  const origin = new URL(mcp).origin
  for (const resource of [mcp, `${mcp}/`, `${mcp}/session`, origin, `${origin}/`, `api://${API}`, undefined]) {
    const { status, document } = await client.redeem(await client.code(undefined, { resource }), { resource })
    t.equal(status, 200, resource ?? 'none')
    t.equal((await client.refresh(document['refresh_token']!, { resource })).status, 200, resource ?? 'none')
  }
})

const downgrades: Record<string, Record<string, string | undefined>> = {
  plain: { code_challenge_method: 'plain' },
  'no method, which means plain': { code_challenge_method: undefined },
  'no challenge': { code_challenge: undefined },
  'a challenge that is no digest': { code_challenge: 'x'.repeat(43).slice(0, 20) }
}
for (const [what, changes] of Object.entries(downgrades)) {
  t.test(`verifier downgrade: ${what} is an error`, async t => {
    const company = await facade(t)
    const client = new RawClient(company.issuer)
    const shown = await new CookieBrowser().open(client.authorizeUrl(changes), client.redirect)
    t.match(Object.fromEntries(parametersOf(shown)), { error: 'invalid_request', iss: company.issuer })
    t.equal(reached(company, 'authorize'), 0)
  })
}

t.test('a code is of no use without its verifier, redirect URI and client, and Entra is not even asked', async t => {
  const two = [
    { id: 'first', redirectUris: ['http://127.0.0.1/callback'] },
    { id: 'second', redirectUris: ['http://127.0.0.1/callback'] }
  ]
  const company = await facade(t, { oauth: { clients: two } })
  const [first, second] = ['first', 'second'].map(id => new RawClient(company.issuer, id)) as [RawClient, RawClient]
  const code = await first.code()
  const tries = {
    'another verifier': await first.redeem(code, { code_verifier: second.verifier }),
    'no verifier': await first.redeem(code, { code_verifier: undefined }),
    'the challenge as verifier': await first.redeem(code, {
      code_verifier: new URL(first.authorizeUrl()).searchParams.get('code_challenge') ?? ''
    }),
    'another redirect URI': await first.redeem(code, { redirect_uri: 'http://127.0.0.1:2/callback' }),
    'no redirect URI': await first.redeem(code, { redirect_uri: undefined }),
    'another client': await second.redeem(code, { code_verifier: first.verifier }),
    'an unknown client': await first.redeem(code, { client_id: 'nobody' }),
    'a made up code': await first.redeem('made-up'),
    'a code with a changed character': await first.redeem((code.startsWith('A') ? 'B' : 'A') + code.slice(1)),
    'a state in place of the code': await first.redeem(code.slice(0, -4))
  }
  for (const [what, { status, document }] of Object.entries(tries)) {
    t.equal(status, 400, what)
    t.match(document['error'], /^invalid_(?:grant|request|client)$/, what)
  }
  t.equal(reached(company, 'token'), 0)
  t.equal((await first.redeem(code)).status, 200, 'and it was good')
  t.match(await first.redeem(code), {
    status: 400,
    document: { error: 'invalid_grant', error_description: /^AADSTS54005/ }
  })
})

t.test('a code that is older than a minute is not asked about', async t => {
  const company = await facade(t)
  const client = new RawClient(company.issuer)
  const code = await client.code()
  const now = Date.now()
  t.intercept(Date, 'now', { value: () => now + 60_000 })
  t.match(await client.redeem(code), { status: 400, document: { error: 'invalid_grant' } })
  t.equal(reached(company, 'token'), 0)
})

t.test('code injection: a code of Entra that another sign-in got is worth nothing in this one', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  // The attacker's own sign-in, stopped before the gateway gets the code.
  const attacker = new CookieBrowser()
  const stopped = await attacker.press(
    await attacker.open(client.authorizeUrl()),
    'decision',
    'allow',
    `${issuer}/callback`
  )
  const foreign = parametersOf(stopped).get('code')!
  // The victim's, whose code is replaced on the way.
  const victim = new CookieBrowser()
  const own = await victim.press(await victim.open(client.authorizeUrl()), 'decision', 'allow', `${issuer}/callback`)
  const url = new URL(own.url)
  url.searchParams.set('code', foreign)
  const injected = parametersOf(await victim.open(url, client.redirect)).get('code')!
  t.match(await client.redeem(injected), { status: 400, document: { error_description: /^AADSTS501481/ } })
})

t.test('a callback in another browser, without its cookie, or a second time gives nobody tokens', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const browser = new CookieBrowser()
  const page = await browser.open(client.authorizeUrl())
  const stopped = await browser.press(page, 'decision', 'allow', `${issuer}/callback`)
  const stranger = new CookieBrowser()
  await stranger.open(client.authorizeUrl())
  for (const other of [stranger, new CookieBrowser()]) {
    const shown = await other.open(stopped.url, client.redirect)
    t.equal(shown.headers.get('x-sluice-error'), 'SLUICE_OAUTH_BROWSER')
    t.equal(shown.status, 400)
  }
  const first = parametersOf(await browser.open(stopped.url, client.redirect)).get('code')!
  const replayed = parametersOf(await browser.open(stopped.url, client.redirect)).get('code')!
  t.equal((await client.redeem(first)).status, 200)
  t.match(await client.redeem(replayed), { status: 400, document: { error: 'invalid_grant' } }, 'Entra gives it once')
})

t.test(
  'a sign-in of which Entra has refused one code is over: no browser has others tried with the credential',
  async t => {
    const company = await facade(t)
    const client = new RawClient(company.issuer)
    const browser = new CookieBrowser()
    const stopped = await browser.press(
      await browser.open(client.authorizeUrl()),
      'decision',
      'allow',
      `${company.issuer}/callback`
    )
    const state = parametersOf(stopped).get('state')!
    const junk = async (code: string) => {
      const query = new URLSearchParams({ code, state }).toString()
      const shown = await browser.open(`${company.issuer}/callback?${query}`, client.redirect)
      return client.redeem(parametersOf(shown).get('code') ?? '')
    }
    t.match(await junk('junk-1'), { status: 400, document: { error_description: /^AADSTS70000/ } })
    t.equal(reached(company, 'token'), 1)
    for (const code of ['junk-2', 'junk-3', parametersOf(stopped).get('code')!])
      t.match(await junk(code), { status: 400, document: { error: 'invalid_grant' } })
    t.equal(reached(company, 'token'), 1, 'Entra was asked once')
  }
)

t.test('what cannot be a code of Entra is not given to the client, and Entra never sees it', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const browser = new CookieBrowser()
  const page = await browser.open(client.authorizeUrl())
  const stopped = await browser.press(page, 'decision', 'allow', `${issuer}/callback`)
  for (const code of ['x'.repeat(5001), 'a b', 'a\nb', 'ä']) {
    const url = new URL(stopped.url)
    url.searchParams.set('code', code)
    const back = parametersOf(await browser.open(url, client.redirect))
    t.match(Object.fromEntries(back), { error: 'invalid_request', iss: issuer })
    t.notOk(back.has('code'))
  }
})

t.test('an error that anybody can type into a callback is no error line, and said once', async t => {
  const { issuer, log } = await facade(t)
  const client = new RawClient(issuer)
  const browser = new CookieBrowser()
  const page = await browser.open(client.authorizeUrl())
  const stopped = await browser.press(page, 'decision', 'allow', `${issuer}/callback`)
  const state = parametersOf(stopped).get('state')!
  for (let i = 0; i < 5; i++) {
    const typed = new URLSearchParams({ state, error: 'invalid_client', error_description: 'AADSTS7000215: x' })
    const shown = await browser.open(`${issuer}/callback?${typed.toString()}`, client.redirect)
    t.equal(parametersOf(shown).get('error'), 'server_error')
  }
  const lines = log.filter(line => line.message.includes('AADSTS7000215'))
  t.match(lines, [{ level: 'warn', message: /^a browser says that Entra refuses the gateway/ }])
  t.equal(lines.length, 1)
})

t.test('whoever only looks (HEAD) uses up no code and begins nothing', async t => {
  const company = await facade(t)
  const client = new RawClient(company.issuer)
  const browser = new CookieBrowser()
  const page = await browser.open(client.authorizeUrl())
  const stopped = await browser.press(page, 'decision', 'allow', `${company.issuer}/callback`)
  const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  for (const url of [stopped.url, client.authorizeUrl()]) {
    const response = await fetch(url, { method: 'HEAD', headers: { cookie }, redirect: 'manual' })
    t.strictSame([response.status, response.headers.get('allow')], [405, 'GET'])
    t.strictSame(response.headers.getSetCookie(), [])
  }
  const code = parametersOf(await browser.open(stopped.url, client.redirect)).get('code')!
  t.equal((await client.redeem(code)).status, 200)
})

t.test('pages leave the window that opened them, but for a client that is a web site and waits there', async t => {
  const web = 'https://app.example/callback'
  const clients = ['http://127.0.0.1/callback', 'app://callback/x', web].map((uri, i) => ({
    id: `client-${i}`,
    redirectUris: [uri]
  }))
  const { issuer } = await facade(t, { oauth: { clients } })
  for (const { id, redirectUris } of clients) {
    const [uri] = redirectUris
    const browser = new CookieBrowser()
    const page = await browser.open(new RawClient(issuer, id, uri).authorizeUrl())
    const alone = uri === web ? null : 'same-origin'
    t.equal(page.headers.get('cross-origin-opener-policy'), alone, String(uri))
    const body = new URLSearchParams({ ...hiddenFields(page.text), decision: 'allow' })
    const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const next = await fetch(`${issuer}/consent`, { method: 'POST', body, headers: { cookie }, redirect: 'manual' })
    t.equal(next.headers.get('cross-origin-opener-policy'), alone, String(uri))
  }
  const error = await new CookieBrowser().open(new RawClient(issuer, 'nobody').authorizeUrl())
  t.equal(error.headers.get('cross-origin-opener-policy'), 'same-origin')
})

t.test('a state is no code, and a code is no refresh token: each is sealed for its purpose', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const browser = new CookieBrowser()
  const page = await browser.open(client.authorizeUrl())
  const request = hiddenFields(page.text)['request']!
  const stopped = await browser.press(page, 'decision', 'allow', `${issuer}/callback`)
  const state = parametersOf(stopped).get('state')!
  for (const sealed of [request, state]) t.equal((await client.redeem(sealed)).status, 400)
  const code = parametersOf(await browser.open(stopped.url, client.redirect)).get('code')!
  t.equal((await client.refresh(code)).status, 400)
  const shown = await browser.open(`${issuer}/callback?code=x&state=${request}`)
  t.equal(shown.headers.get('x-sluice-error'), 'SLUICE_OAUTH_BROWSER')
})

t.test('a mixed-up issuer: a callback that names another one ends the sign-in', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const browser = new CookieBrowser()
  const stopped = await browser.press(
    await browser.open(client.authorizeUrl()),
    'decision',
    'allow',
    `${issuer}/callback`
  )
  const shown = await browser.open(`${stopped.url}&iss=https%3A%2F%2Fevil.example`, client.redirect)
  t.match(Object.fromEntries(parametersOf(shown)), { error: 'server_error', iss: issuer })
  t.notOk(parametersOf(shown).has('code'))
})

t.test('a refresh token is refused to any other client, to none, and where its own is gone', async t => {
  const two = ['first', 'second'].map(id => ({ id, redirectUris: ['http://127.0.0.1/callback'] }))
  const company = await facade(t, { oauth: { clients: two } })
  const [first, second] = ['first', 'second'].map(id => new RawClient(company.issuer, id)) as [RawClient, RawClient]
  const { document } = await first.redeem(await first.code())
  const asked = reached(company, 'token')
  const stolen = document['refresh_token']!
  t.match(await second.refresh(stolen), { status: 400, document: { error: 'invalid_grant' } })
  t.match(await first.refresh(stolen, { client_id: 'nobody' }), { status: 400, document: { error: 'invalid_client' } })
  t.match(await first.refresh(stolen, { client_id: undefined }), {
    status: 400,
    document: { error: 'invalid_request' }
  })
  t.equal(reached(company, 'token'), asked, 'Entra was not asked')
})

const fishing: Record<string, Record<string, string>> = {
  client_credentials: { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' },
  'on behalf of': {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: 'x',
    requested_token_use: 'on_behalf_of'
  },
  'device code': { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
  password: { grant_type: 'password', username: 'ada@contoso.example', password: 'x' }
}
for (const [what, parameters] of Object.entries(fishing)) {
  t.test(`secret fishing: ${what} is not lent the gateway’s credential`, async t => {
    const company = await facade(t)
    const answer = await new RawClient(company.issuer).token(parameters)
    t.match(answer, { status: 400, document: { error: 'unsupported_grant_type' } })
    t.equal(reached(company, 'token'), 0)
  })
}

t.test('a client that brings a secret, or names the gateway or another application, is refused', async t => {
  const company = await facade(t)
  const client = new RawClient(company.issuer)
  const code = await client.code()
  const basic = Buffer.from('known-client:x').toString('base64')
  t.equal(
    (await client.token({ grant_type: 'authorization_code', code }, { authorization: `Basic ${basic}` })).status,
    400
  )
  t.equal((await client.redeem(code, { client_secret: 'x' })).status, 400)
  t.match(await client.redeem(code, { client_id: DAEMON }), { document: { error: 'invalid_client' } })
  t.equal(reached(company, 'token'), 0)
})

t.test('a consent cannot be forged: by another site, from another browser, or for another request', async t => {
  const company = await facade(t)
  const { issuer } = company
  const client = new RawClient(issuer)
  const victim = new CookieBrowser()
  await victim.open(client.authorizeUrl())
  const attacker = new CookieBrowser()
  const { request } = hiddenFields((await attacker.open(client.authorizeUrl({ scope: 'mcp_admin' }))).text)
  const cookieOf = ({ cookies }: CookieBrowser) => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
  const post = async (headers: Record<string, string>, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields)
    const response = await fetch(`${issuer}/consent`, { method: 'POST', body, headers, redirect: 'manual' })
    return { status: response.status, code: response.headers.get('x-sluice-error'), text: await response.text() }
  }
  const allowing = { request: request!, decision: 'allow' }
  const refused = { status: 400, code: 'SLUICE_OAUTH_BROWSER' }
  const origin = new URL(issuer).origin
  t.match(
    await post({ cookie: cookieOf(victim), origin }, allowing),
    refused,
    'the attacker’s request, the victim’s cookie'
  )
  t.match(await post({ origin }, allowing), refused, 'no cookie')
  const cookie = cookieOf(attacker)
  t.match(await post({ cookie, 'sec-fetch-site': 'cross-site' }, allowing), refused, 'a form of another site')
  t.match(await post({ cookie, origin: 'http://127.0.0.1:1' }, allowing), refused, 'another page of this machine')
  t.match(await post({ cookie, origin: 'null' }, allowing), { status: 403 }, 'a sandbox')
  t.match(await post({ cookie, origin }, { decision: 'allow' }), { status: 400, code: 'SLUICE_OAUTH_REQUEST' })
  t.equal(reached(company, 'authorize'), 0)
  t.match(await post({ cookie, origin }, allowing), { status: 200, text: /oauth2\/v2.0\/authorize/ }, 'and it was good')
  const got = await fetch(`${issuer}/consent?request=${request}&decision=allow`, { headers: { cookie } })
  t.equal(got.status, 405, 'no link allows anything')
})

t.test('no page is in a frame, has a script, or tells where the browser came from', async t => {
  const { issuer } = await facade(t)
  const client = new RawClient(issuer)
  const pages = [
    await new CookieBrowser().open(client.authorizeUrl()),
    await new CookieBrowser().open(client.authorizeUrl({ client_id: 'nobody' })),
    await new CookieBrowser().open(`${issuer}/callback?state=x&code=y`)
  ]
  for (const { headers, text } of pages) {
    const policy = headers.get('content-security-policy')!
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"])
      t.ok(policy.includes(rule), rule)
    t.notMatch(policy, /unsafe|script-src|nonce/)
    t.equal(headers.get('x-frame-options'), 'DENY')
    t.equal(headers.get('referrer-policy'), 'same-origin')
    t.equal(headers.get('cache-control'), 'no-store')
    t.equal(headers.get('access-control-allow-origin'), null)
    t.notMatch(text, /<script|javascript:|\son\w+=/i)
  }
})

t.test('the cookie is of this host alone, and of no script', async t => {
  const { issuer } = await facade(t)
  const [field] = (await fetch(new RawClient(issuer).authorizeUrl())).headers.getSetCookie()
  t.match(field, /^__Host-sluice-browser=[\w-]{22}; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax$/)
})

const unauthenticated: Record<string, (issuer: string) => Promise<Response>> = {
  authorize: issuer => fetch(new RawClient(issuer).authorizeUrl()),
  consent: issuer => fetch(`${issuer}/consent`, { method: 'POST', body: new URLSearchParams({ request: 'x' }) }),
  callback: issuer => fetch(`${issuer}/callback?code=x&state=y`),
  token: issuer => fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) }),
  register: issuer =>
    fetch(`${issuer}/register`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
}
for (const [endpoint, call] of Object.entries(unauthenticated)) {
  t.test(`${endpoint} is limited before anybody has signed in`, async t => {
    const limit = { 'rate-limit': { by: 'ip', limit: 3, per: '1h' } }
    const { issuer } = await facade(t, { filters: [limit], oauth: { registration: 'both' } })
    for (let i = 0; i < 3; i++) t.not((await call(issuer)).status, 429)
    const refused = await call(issuer)
    t.equal(refused.status, 429)
    t.ok(Number(refused.headers.get('retry-after')) > 0)
  })
}

const tooLong: Record<string, [string, string]> = {
  consent: ['application/x-www-form-urlencoded', `request=${'x'.repeat(33_000)}`],
  token: ['application/x-www-form-urlencoded', `code=${'x'.repeat(33_000)}`],
  register: ['application/json', JSON.stringify({ client_name: 'x'.repeat(17_000) })]
}
for (const [endpoint, [type, body]] of Object.entries(tooLong)) {
  t.test(`${endpoint} reads no body without end`, async t => {
    const { issuer } = await facade(t, { oauth: { registration: 'both' } })
    const response = await fetch(`${issuer}/${endpoint}`, { method: 'POST', body, headers: { 'content-type': type } })
    t.equal(response.status, 413)
  })
}

t.test('a registration flood and requests without end meet the limit that stands in front', async t => {
  const limit = { 'rate-limit': { by: 'ip', limit: 5, per: '1h' } }
  const { issuer } = await facade(t, { filters: [limit], oauth: { registration: 'dcr' } })
  const register = async () => {
    const body = JSON.stringify({ redirect_uris: ['http://127.0.0.1/callback'] })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${issuer}/register`, { method: 'POST', body, headers })).status
  }
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) statuses.push(await register())
  t.strictSame(statuses, [201, 201, 201, 201, 201, 429, 429])
  t.equal((await fetch(new RawClient(issuer).authorizeUrl())).status, 429)
  t.equal((await new RawClient(issuer).token({ grant_type: 'x' }).catch(() => ({ status: 0 }))).status, 429)
  const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  t.equal(metadata.status, 200, 'what costs nothing is open')
})
