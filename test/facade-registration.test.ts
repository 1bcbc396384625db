import type { Plugin, PluginContext } from '@sluice/plugin-api'
import t from 'tap'
import type { EntraOauthConfig } from '../plugins/entra-oauth/src/config.ts'
import { createEntraOauth } from '../plugins/entra-oauth/src/filter.ts'
import entraOauth from '../plugins/entra-oauth/src/index.ts'
import { documentServer } from '../plugins/entra-oauth/test/document-server.ts'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade } from './support/facade.ts'
import { RawClient } from './support/raw-client.ts'

const register = async (issuer: string, metadata: unknown) => {
  const headers = { 'content-type': 'application/json', origin: 'https://page.example' }
  const body = typeof metadata === 'string' ? metadata : JSON.stringify(metadata)
  const response = await fetch(`${issuer}/register`, { method: 'POST', body, headers })
  const document = (await response.json()) as Record<string, string>
  return { status: response.status, document, cors: response.headers.get('access-control-allow-origin') }
}

const dcr = { clients: [], registration: 'dcr', redirectHosts: ['app.example', 'app.example:8443'] }

t.test('a client registers, whatever it asks for becomes a public client, and signs in', async t => {
  const { issuer } = await facade(t, { oauth: dcr })
  const metadata = {
    client_name: ' An app ',
    redirect_uris: ['http://127.0.0.1/callback', 'https://app.example/callback'],
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['implicit', 'client_credentials']
  }
  const { status, document, cors } = await register(issuer, metadata)
  t.equal(status, 201)
  t.equal(cors, '*')
  const { client_id: id, ...rest } = document
  t.match(rest, {
    client_name: 'An app',
    redirect_uris: metadata.redirect_uris,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code']
  })
  t.notOk('client_secret' in rest)
  const client = new RawClient(issuer, id)
  const page = await new CookieBrowser().open(client.authorizeUrl())
  t.match(page.text, /An app/)
  const signedIn = await client.redeem(await client.code())
  t.equal(signedIn.status, 200)
  const again = await register(issuer, metadata)
  t.not(again.document['client_id'], id, 'each registration is a client of its own')
  const other = new RawClient(issuer, again.document['client_id'])
  t.equal((await other.refresh(signedIn.document['refresh_token']!)).status, 400)
})

const refused: Record<string, [unknown, string]> = {
  'a host that is not listed': [{ redirect_uris: ['https://evil.example/'] }, 'invalid_redirect_uri'],
  'a host below a listed one': [{ redirect_uris: ['https://x.app.example/'] }, 'invalid_redirect_uri'],
  'another port': [{ redirect_uris: ['https://app.example:444/'] }, 'invalid_redirect_uri'],
  'http on a listed host': [{ redirect_uris: ['http://app.example/'] }, 'invalid_redirect_uri'],
  'bad ones alone': [{ redirect_uris: ['https://evil.example/', 'app:/x', 7] }, 'invalid_redirect_uri'],
  'a host that begins like loopback': [{ redirect_uris: ['http://127.0.0.1.evil.example/'] }, 'invalid_redirect_uri'],
  'another address of this machine': [{ redirect_uris: ['http://127.0.0.2/'] }, 'invalid_redirect_uri'],
  'a scheme of its own': [{ redirect_uris: ['app:/callback'] }, 'invalid_redirect_uri'],
  'a script': [{ redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
  'user information': [{ redirect_uris: ['https://app.example@evil.example/'] }, 'invalid_redirect_uri'],
  'a backslash': [{ redirect_uris: ['https://app.example\\@evil.example/'] }, 'invalid_redirect_uri'],
  'a fragment': [{ redirect_uris: ['https://app.example/#x'] }, 'invalid_redirect_uri'],
  dots: [{ redirect_uris: ['https://app.example/a/../b'] }, 'invalid_redirect_uri'],
  'no redirect URI': [{}, 'invalid_redirect_uri'],
  'too many': [
    { redirect_uris: Array.from({ length: 11 }, (_, i) => `https://app.example/${i}`) },
    'invalid_redirect_uri'
  ],
  'too long ones': [
    { redirect_uris: ['a', 'b'].map(name => `https://app.example/${name.repeat(900)}`) },
    'invalid_client_metadata'
  ],
  'the implicit flow': [
    { redirect_uris: ['https://app.example/'], response_types: ['token'] },
    'invalid_client_metadata'
  ],
  'a name that turns the text around it': [
    { redirect_uris: ['https://app.example/'], client_name: 'An app \u202eelpmaxe.live' },
    'invalid_client_metadata'
  ],
  'a name with a line break': [
    { redirect_uris: ['https://app.example/'], client_name: 'An app\nverified' },
    'invalid_client_metadata'
  ],
  'a name with a line separator': [
    { redirect_uris: ['https://app.example/'], client_name: 'An app\u2028verified' },
    'invalid_client_metadata'
  ],
  'a name with what nobody sees': [
    { redirect_uris: ['https://app.example/'], client_name: 'cla\u200bude.ai' },
    'invalid_client_metadata'
  ],
  'a name that is painted over others': [
    { redirect_uris: ['https://app.example/'], client_name: `An app${'\u0336'.repeat(9)}` },
    'invalid_client_metadata'
  ],
  'a name without end': [
    { redirect_uris: ['https://app.example/'], client_name: 'x'.repeat(81) },
    'invalid_client_metadata'
  ],
  'no object': ['[]', 'invalid_client_metadata'],
  'no JSON': ['{', 'invalid_client_metadata']
}
for (const [what, [metadata, error]] of Object.entries(refused)) {
  t.test(`a registration is refused: ${what}`, async t => {
    const { issuer } = await facade(t, { oauth: dcr })
    t.match(await register(issuer, metadata), { status: 400, document: { error } })
  })
}

t.test('of several redirect URIs those that are allowed here are registered, and the client is told which', async t => {
  const redirectHosts = ['https://vscode.dev/redirect', 'https://insiders.vscode.dev/redirect']
  const { issuer } = await facade(t, { oauth: { ...dcr, redirectHosts } })
  const allowed = [...redirectHosts, 'http://127.0.0.1/', 'http://127.0.0.1:33418/']
  // As Visual Studio Code registers (microsoft/vscode#278512), and one more.
  const { status, document } = await register(issuer, { redirect_uris: [...allowed, 'https://evil.example/', 7] })
  t.equal(status, 201)
  t.strictSame(document['redirect_uris'], allowed)
  const evil = new RawClient(issuer, document['client_id'], 'https://evil.example/')
  t.equal((await fetch(evil.authorizeUrl())).headers.get('x-sluice-error'), 'SLUICE_OAUTH_REDIRECT_URI')
})

t.test('where a whole redirect URI is listed, that one alone may be registered', async t => {
  const oauth = { ...dcr, redirectHosts: ['https://app.example/callback?a=b', 'other.example'] }
  const { issuer } = await facade(t, { oauth })
  const statuses: Record<string, number> = {
    'https://app.example/callback?a=b': 201,
    'https://other.example/any?thing=x': 201,
    'https://app.example/callback': 400,
    'https://app.example/callback?a=b&c=d': 400,
    'https://app.example/callback/?a=b': 400,
    'https://app.example/redirect?to=https://evil.example': 400,
    'https://app.example/': 400
  }
  for (const [uri, status] of Object.entries(statuses))
    t.match(await register(issuer, { redirect_uris: [uri] }), { status }, uri)
})

t.test('a whole redirect URI that is none stops the load, and the message says which', async t => {
  for (const uri of ['https://app.example/#x', 'https://app.example/a/../b', 'https://me@app.example/'])
    await t.rejects(facade(t, { oauth: { ...dcr, redirectHosts: [uri] } }), new RegExp(uri.replaceAll('.', '\\.')))
})

const names = ['claude.ai (verified)', 'сlaude.ai', 'Contoso IT', 'A known client', '</q></dd><dd>claude.ai']
for (const client_name of names) {
  t.test(`a name of its own choice is never shown as if it were checked: ${client_name}`, async t => {
    const { issuer } = await facade(t, { oauth: dcr })
    for (const redirect of ['http://127.0.0.1/callback', 'https://app.example/callback?x=1']) {
      const { document } = await register(issuer, { client_name, redirect_uris: [redirect] })
      const page = await new CookieBrowser().open(new RawClient(issuer, document['client_id'], redirect).authorizeUrl())
      const shown = client_name.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      t.match(page.text, `<q>${shown}</q> <small>Nobody has checked this name.</small>`)
      t.match(page.text, 'Allow an app to act for you?')
      t.equal(page.text.split(shown).length, 2, 'it stands there and nowhere else')
      t.match(page.text, 'nobody has checked it', 'on loopback, too')
      t.match(page.text, `<small>${redirect}</small>`, 'the whole redirect URI is shown')
    }
  })
}

const takenAway: Record<string, object> = {
  'a host': { redirectHosts: ['elsewhere.example'] },
  'registration itself': { registration: 'off', clients: [{ id: 'other', redirectUris: ['http://127.0.0.1/'] }] },
  'refresh tokens': { offlineAccess: 'never' }
}
for (const [what, changes] of Object.entries(takenAway)) {
  t.test(`${what} that the operator takes away ends refresh tokens and codes that were given before`, async t => {
    const company = await facade(t, { oauth: dcr })
    const redirects = ['https://app.example/callback', 'http://127.0.0.1/callback']
    const { document: registered } = await register(company.issuer, { redirect_uris: redirects })
    const client = new RawClient(company.issuer, registered['client_id'], redirects[0])
    const { document } = await client.redeem(await client.code())
    const refresh_token = document['refresh_token']!
    const code = await client.code()
    const asked = company.entra.requests.length
    const later = new RawClient(await company.replica(changes), client.id, client.redirect)
    const refused = await later.refresh(refresh_token)
    t.equal(refused.status, 400)
    t.match(refused.document['error'], /^invalid_(?:grant|client)$/, 'the client signs in anew')
    t.notOk(
      company.entra.requests.slice(asked).some(path => path.endsWith('/token')),
      'Entra was not asked'
    )
    const redeemed = await later.redeem(code, { code_verifier: client.verifier })
    if (what === 'refresh tokens') t.strictSame([redeemed.status, 'refresh_token' in redeemed.document], [200, false])
    else t.equal(redeemed.status, 400)
    t.equal((await client.refresh(refresh_token)).status, 200, 'and it was good')
  })
}

t.test('where nobody gets refresh tokens, metadata and registrations do not say so', async t => {
  const { issuer } = await facade(t, { oauth: { ...dcr, offlineAccess: 'never' } })
  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as object
  t.match(metadata, { grant_types_supported: ['authorization_code'] })
  t.notMatch(JSON.stringify(metadata), /refresh_token/)
  const { document } = await register(issuer, { redirect_uris: ['http://127.0.0.1/callback'] })
  t.strictSame(document['grant_types'], ['authorization_code'])
})

t.test('a client id expires, cannot be changed, and is of this server alone', async t => {
  const { issuer } = await facade(t, { oauth: dcr })
  const { document } = await register(issuer, { redirect_uris: ['http://127.0.0.1/callback'] })
  const id = document['client_id']!
  const other = await facade(t, { oauth: dcr })
  const status = async (at: string, clientId: string) =>
    (await fetch(new RawClient(at, clientId).authorizeUrl())).status
  t.equal(await status(issuer, id), 200)
  t.equal(await status(other.issuer, id), 400, 'though it has the same key')
  t.equal(await status(issuer, `${id.slice(0, -1)}${id.endsWith('A') ? 'Q' : 'A'}`), 400)
  const now = Date.now()
  t.intercept(Date, 'now', { value: () => now + 91 * 86_400_000 })
  t.equal(await status(issuer, id), 400)
})

t.test('without registration there is none, and metadata does not say so', async t => {
  const { issuer } = await facade(t)
  t.equal((await fetch(`${issuer}/register`, { method: 'POST' })).status, 404)
  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as object
  t.notOk('registration_endpoint' in metadata || 'client_id_metadata_document_supported' in metadata)
})

t.test('a client with a document signs in; its own host is named on the page', async t => {
  const id = 'https://app.example/client.json'
  const metadata = { client_id: id, client_name: 'An app', redirect_uris: ['https://app.example/callback'] }
  const { runtime, dialled } = await documentServer(t, (_req, res) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
  )
  const create = (config: unknown, ctx: PluginContext) => createEntraOauth(config as EntraOauthConfig, ctx, runtime)
  const { issuer } = await facade(t, {
    oauth: { ...dcr, registration: 'cimd' },
    plugins: [{ ...(entraOauth as Plugin), create }]
  })
  const client = new RawClient(issuer, id, metadata.redirect_uris[0])
  const page = await new CookieBrowser().open(client.authorizeUrl())
  t.match(page.text, /<q>An app<\/q>[^]*<dt>Introduced by<\/dt>\s*<dd>app\.example<\/dd>/)
  const { document } = await client.redeem(await client.code())
  t.equal((await client.refresh(document['refresh_token']!)).status, 200)
  t.equal(dialled.length, 1, 'it is fetched once, and not for tokens')
  const at = new RawClient(issuer, 'https://127.0.0.1/client.json', client.redirect)
  t.equal((await fetch(at.authorizeUrl())).headers.get('x-sluice-error'), 'SLUICE_OAUTH_CLIENT')
  t.equal((await fetch(`${issuer}/register`, { method: 'POST' })).status, 404)
})
