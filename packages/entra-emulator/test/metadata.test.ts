import { request } from 'node:http'
import t from 'tap'
import { aadsts } from '../src/index.ts'
import { ids, mcpUri } from './directory.ts'
import { authorize, start } from './oauth-client.ts'

/** What a document says; its form is what the tests are about. */
type Document = Record<string, unknown>

const readDocument = async (url: string): Promise<Document> => {
  const response = await fetch(url)
  t.equal(response.status, 200, url)
  t.equal(response.headers.get('access-control-allow-origin'), '*')
  return (await response.json()) as Document
}

t.test('version 2 metadata is what Entra publishes, with what it leaves out', async t => {
  const { authority } = await start(t)
  const base = `${authority}/${ids.tenant}`
  const document = await readDocument(`${base}/v2.0/.well-known/openid-configuration`)
  t.match(document, {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic']
  })
  const absent = [
    'code_challenge_methods_supported',
    'registration_endpoint',
    'grant_types_supported',
    'client_id_metadata_document_supported',
    'authorization_response_iss_parameter_supported'
  ]
  for (const name of absent) t.notOk(name in document, name)
})

t.test('version 1 metadata names another issuer, on another host', async t => {
  const { authority } = await start(t)
  const base = `${authority}/${ids.tenant}`
  const document = await readDocument(`${base}/.well-known/openid-configuration`)
  t.equal(document['issuer'], `https://sts.windows.net/${ids.tenant}/`)
  t.equal(document['jwks_uri'], `${base}/discovery/keys`)
  const other = await start(t, { stsAuthority: 'https://sts.example' })
  const moved = await readDocument(`${other.authority}/${ids.tenant}/.well-known/openid-configuration`)
  t.equal(moved['issuer'], `https://sts.example/${ids.tenant}/`)
})

t.test('common and organizations have an issuer template', async t => {
  const { authority } = await start(t)
  for (const name of ['common', 'organizations']) {
    const v2 = await readDocument(`${authority}/${name}/v2.0/.well-known/openid-configuration`)
    t.match(v2, { issuer: `${authority}/{tenantid}/v2.0`, jwks_uri: `${authority}/${name}/discovery/v2.0/keys` })
    const v1 = await readDocument(`${authority}/${name}/.well-known/openid-configuration`)
    t.match(v1, { issuer: 'https://sts.windows.net/{tenantid}/' })
  }
})

t.test('what Entra does not have is 404', async t => {
  const { authority } = await start(t)
  const tenant = ids.tenant
  const paths = [
    `/.well-known/oauth-authorization-server/${tenant}/v2.0`,
    `/.well-known/openid-configuration/${tenant}/v2.0`,
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    `/${tenant}/v2.0/.well-known/oauth-authorization-server`,
    `/${tenant}/.well-known/oauth-authorization-server`,
    `/${tenant}/oauth2/authorize`,
    `/${tenant}/oauth2/token`,
    `/${tenant}/register`,
    '/register',
    `/${tenant}`,
    '/favicon.ico'
  ]
  for (const path of paths) t.equal((await fetch(`${authority}${path}`)).status, 404, path)
})

t.test('an unknown tenant is an error, a wrong method is refused', async t => {
  const { authority } = await start(t)
  const path = 'v2.0/.well-known/openid-configuration'
  const unknown = await fetch(`${authority}/00000000-0000-4000-8000-000000000000/${path}`)
  t.equal(unknown.status, 400)
  t.match(await unknown.json(), { error_codes: [90002] })
  t.match(await (await fetch(`${authority}/nonsense/${path}`)).json(), { error_codes: [900023] })
  const posted = await fetch(`${authority}/${ids.tenant}/${path}`, { method: 'POST' })
  t.equal(posted.status, 405)
  t.equal(posted.headers.get('allow'), 'GET, HEAD, OPTIONS')
  const head = await fetch(`${authority}/${ids.tenant}/${path}`, { method: 'HEAD' })
  t.equal(await head.text(), '')
})

t.test('a test can make documents fail, and sees which paths were asked for', async t => {
  const emulator = await start(t)
  const keys = `/${ids.tenant}/discovery/v2.0/keys`
  const metadata = `/${ids.tenant}/v2.0/.well-known/openid-configuration`
  const statuses = async () =>
    Promise.all([keys, metadata].map(async path => (await fetch(emulator.authority + path)).status))
  emulator.failKeySets(true)
  t.strictSame(await statuses(), [503, 200])
  emulator.failKeySets(false)
  emulator.failMetadata(true)
  t.strictSame(await statuses(), [200, 503])
  emulator.failMetadata(false)
  t.strictSame(await statuses(), [200, 200])
  t.equal(emulator.requests.filter(path => path === keys).length, 3)
})

t.test('the status page says what this is, escaped, and error codes have a page', async t => {
  const { authority } = await start(t)
  const page = await (await fetch(authority)).text()
  t.match(page, 'This is not Microsoft')
  t.match(page, 'MCP &lt;server&gt;')
  t.match(page, mcpUri)
  t.match(await (await fetch(`${authority}/error?code=9010010`)).text(), aadsts[9010010].message.slice(0, 22))
  t.notMatch(await (await fetch(`${authority}/error?code=<b>`)).text(), '<b>')
})

t.test('the log has a line for each request, without query, code or token', async t => {
  const lines: string[] = []
  const emulator = await start(t, { log: line => lines.push(line) })
  await authorize(emulator)
  await authorize(emulator, { resource: `${mcpUri}/` })
  const path = `GET /${ids.tenant}/oauth2/v2.0/authorize 302`
  t.strictSame(lines, [path, `${path} AADSTS9010010`])
})

t.test('an odd request target is no way around', async t => {
  const { authority } = await start(t)
  const { hostname, port } = new URL(authority)
  const status = await new Promise(resolve => {
    const path = `//evil.example/${ids.tenant}/discovery/keys`
    request({ hostname, port, path }, response => resolve(response.resume().statusCode)).end()
  })
  t.equal(status, 404)
})
