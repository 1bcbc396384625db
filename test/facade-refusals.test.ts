import { auth } from '@modelcontextprotocol/client'
import { auth as authOfSdk1 } from '@modelcontextprotocol/sdk/client/auth.js'
import t from 'tap'
import { PublicClientProvider } from '../packages/demo/src/oauth-provider.ts'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade, KNOWN } from './support/facade.ts'
import { RawClient } from './support/raw-client.ts'

/** As many requests as a sign-in takes: page, consent, callback, token. */
const SIGN_IN = 4
const limited = (limit: number) => ({
  oauth: { registration: 'dcr' },
  filters: [{ origin: {} }, { 'rate-limit': { by: 'ip', limit, per: '1h' } }]
})
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }

const documents: Record<string, [path: string, init: RequestInit, status: number, error: string, code: string]> = {
  'another method': ['token', {}, 405, 'invalid_request', 'SLUICE_METHOD_NOT_ALLOWED'],
  'another type': [
    'token',
    { method: 'POST', body: '{}', headers: JSON_TYPE },
    415,
    'invalid_request',
    'SLUICE_REQUEST_MEDIA_TYPE'
  ],
  'a body that is too large': [
    'token',
    { method: 'POST', body: 'x'.repeat(40_000), headers: FORM },
    413,
    'invalid_request',
    'SLUICE_REQUEST_BODY_TOO_LARGE'
  ],
  'a registration as a form': [
    'register',
    { method: 'POST', body: 'a=1', headers: FORM },
    415,
    'invalid_request',
    'SLUICE_REQUEST_MEDIA_TYPE'
  ],
  'metadata by another method': [
    '.well-known/openid-configuration',
    { method: 'PUT' },
    405,
    'invalid_request',
    'SLUICE_METHOD_NOT_ALLOWED'
  ]
}

t.test('what does not reach the authorization server is an OAuth error for clients', async t => {
  const { issuer } = await facade(t, { oauth: { registration: 'dcr' } })
  for (const [what, [path, init, status, error, code]] of Object.entries(documents)) {
    const response = await fetch(`${issuer}/${path}`, init)
    const { headers } = response
    t.equal(response.status, status, what)
    t.equal(headers.get('content-type'), 'application/json', what)
    t.equal(headers.get('x-sluice-error'), code, what)
    t.equal(headers.get('allow') !== null, status === 405, what)
    const document = (await response.json()) as Record<string, string>
    t.strictSame(Object.keys(document), ['error', 'error_description', 'code', 'requestId'], what)
    t.match(document, { error, error_description: String, code, requestId: headers.get('x-request-id') }, what)
  }
})

t.test('a client that is limited reads temporarily_unavailable, and when to come again', async t => {
  const { issuer } = await facade(t, limited(1))
  const client = new RawClient(issuer)
  const parameters = { grant_type: 'refresh_token', refresh_token: 'a-secret-of-the-client' }
  t.equal((await client.token(parameters)).status, 400)
  for (const path of ['token', 'register']) {
    const headers = { ...(path === 'token' ? FORM : JSON_TYPE), origin: 'https://page.example' }
    const body = new URLSearchParams(parameters).toString()
    const response = await fetch(`${issuer}/${path}`, { method: 'POST', body, headers })
    t.equal(response.status, 429)
    t.ok(Number(response.headers.get('retry-after')) > 0)
    t.equal(response.headers.get('access-control-allow-origin'), '*')
    const text = await response.text()
    t.match(JSON.parse(text), { error: 'temporarily_unavailable', code: 'SLUICE_RATE_LIMIT_EXCEEDED' })
    t.notMatch(text, /a-secret/)
  }
})

for (const [version, authorize] of Object.entries({ '1.x': authOfSdk1, '2.x': auth })) {
  t.test(`a client on SDK ${version} that is limited keeps its tokens, and sends nobody to sign in`, async t => {
    const { mcp, issuer } = await facade(t, limited(SIGN_IN))
    const client = new RawClient(issuer)
    const { document } = await client.redeem(await client.code())
    let redirected = false
    const provider = new PublicClientProvider(KNOWN, client.redirect, () => void (redirected = true))
    const { access_token, refresh_token } = document as { access_token: string; refresh_token: string }
    provider.saveTokens({ access_token, refresh_token, token_type: 'Bearer' })
    await t.rejects(authorize(provider, { serverUrl: mcp }), { message: /Too many|Wait/ })
    t.notOk(redirected)
    t.equal(provider.tokens()?.refresh_token, refresh_token)
  })
}

t.test('a person sees a page where the request does not reach the authorization server', async t => {
  const { issuer } = await facade(t, limited(1))
  const browser = new CookieBrowser()
  const client = new RawClient(issuer)
  t.equal((await browser.open(client.authorizeUrl())).status, 200)
  const tooMany = await browser.open(client.authorizeUrl({ state: '<script>' }))
  t.equal(tooMany.status, 429)
  t.ok(Number(tooMany.headers.get('retry-after')) > 0)
  const foreign = { method: 'POST', headers: { ...FORM, origin: 'https://evil.example' }, body: 'a=1' }
  const refused = await fetch(`${issuer}/consent`, foreign)
  t.equal(refused.status, 403)
  const pages = {
    SLUICE_RATE_LIMIT_EXCEEDED: tooMany,
    SLUICE_ORIGIN_REFUSED: { headers: refused.headers, text: await refused.text() }
  }
  for (const [code, { headers, text }] of Object.entries(pages)) {
    t.equal(headers.get('content-type'), 'text/html; charset=utf-8')
    t.match(headers.get('content-security-policy'), /frame-ancestors 'none'/)
    t.equal(headers.get('cache-control'), 'no-store')
    t.equal(headers.get('x-sluice-error'), code)
    t.match(text, new RegExp(`<h1>This sign-in cannot go on</h1>[^]*${code}, request ${headers.get('x-request-id')}`))
    t.notMatch(text, /<script>|evil\.example/)
  }
})
