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
    client_name: ' An app\u202e\u0000 ',
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
  'one bad among good ones': [
    { redirect_uris: ['https://app.example/', 'https://evil.example/'] },
    'invalid_redirect_uri'
  ],
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
  'no object': ['[]', 'invalid_client_metadata'],
  'no JSON': ['{', 'invalid_client_metadata']
}
for (const [what, [metadata, error]] of Object.entries(refused)) {
  t.test(`a registration is refused: ${what}`, async t => {
    const { issuer } = await facade(t, { oauth: dcr })
    t.match(await register(issuer, metadata), { status: 400, document: { error } })
  })
}

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
  t.match(page.text, /An app \(app\.example\)/)
  const { document } = await client.redeem(await client.code())
  t.equal((await client.refresh(document['refresh_token']!)).status, 200)
  t.equal(dialled.length, 1, 'it is fetched once, and not for tokens')
  const at = new RawClient(issuer, 'https://127.0.0.1/client.json', client.redirect)
  t.equal((await fetch(at.authorizeUrl())).headers.get('x-sluice-error'), 'SLUICE_OAUTH_CLIENT')
  t.equal((await fetch(`${issuer}/register`, { method: 'POST' })).status, 404)
})
