import type { IssueTokenOptions } from '@sluice/entra-emulator'
import t, { type Test } from 'tap'
import {
  API,
  type Contoso,
  contoso,
  type ContosoOptions,
  DAEMON,
  DAEMON_SECRET,
  OTHER_API,
  OTHER_TENANT,
  TENANT
} from './support/contoso.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })

/** A company whose MCP server notes what reaches it. */
const watched = async (t: Test, options: ContosoOptions = {}) => {
  const reached: string[] = []
  const { url } = await upstream(t, (req, res) => {
    reached.push(`${req.method} ${req.url} ${req.rawHeaders.join(' ')}`)
    req.resume()
    res.end('reached')
  })
  return Object.assign(await contoso(t, { ...options, upstream: `${url}/mcp` }), { reached })
}

const post = (mcp: string, headers: Record<string, string>) =>
  fetch(mcp, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const challengeOf = (res: Response) => res.headers.get('www-authenticate')

t.test('without a token: 401, where to sign in and for what, and no error', async t => {
  const { mcp, reached } = await watched(t)
  const metadata = mcp.replace('/mcp', '/.well-known/oauth-protected-resource/mcp')
  for (const method of ['POST', 'GET', 'DELETE', 'HEAD', 'OPTIONS']) {
    const res = await fetch(mcp, { method })
    t.equal(res.status, 401, method)
    t.equal(challengeOf(res), `Bearer resource_metadata="${metadata}", scope="${mcp}/mcp_access"`)
  }
  t.match(await (await fetch(metadata)).json(), {
    resource: mcp,
    authorization_servers: [/^http:\/\/127\.0\.0\.1:\d+\/11111111-2222-4333-8444-555555555555\/v2\.0$/],
    scopes_supported: [`${mcp}/mcp_access`, `${mcp}/mcp_admin`],
    bearer_methods_supported: ['header']
  })
  const root = await fetch(metadata.replace(/\/mcp$/, ''))
  t.equal(root.status, 200, 'the only route is meant by the root, too')
  t.strictSame(reached, [])
})

t.test('tokens of both versions, of people and of applications, get in', async t => {
  for (const version of [1, 2] as const) {
    const { mcp, entra, reached } = await watched(t, { version, appRoles: ['Mcp.Invoke'] })
    for (const kind of ['delegated', 'app'] as const) {
      const res = await post(mcp, bearer(entra.issueToken({ kind })))
      t.equal(await res.text(), 'reached', `${kind}, version ${version}`)
    }
    const token = await clientCredentials(entra.authority, API)
    t.equal((await post(mcp, bearer(token))).status, 200, 'client credentials')
    t.equal(reached.length, 3)
    t.notMatch(reached.join(), /authorization|eyJ/i, 'and never reach the MCP server')
  }
})

const clientCredentials = async (authority: string, api: string): Promise<string> => {
  const res = await fetch(`${authority}/${TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: DAEMON,
      client_secret: DAEMON_SECRET,
      scope: `${api}/.default`
    })
  })
  return ((await res.json()) as { access_token: string }).access_token
}

/** Tokens that Entra issues, and not for this. Forged ones are in test/attacks. */
const issued: Record<string, [IssueTokenOptions, number, string]> = {
  'an ID token': [{ kind: 'id', client: API }, 401, 'SLUICE_AUTH_ID_TOKEN'],
  'a token for another API': [{ resource: OTHER_API }, 401, 'SLUICE_AUTH_AUDIENCE_REFUSED'],
  'a token of another tenant, for the same client id': [
    { tenantId: OTHER_TENANT, resource: API },
    401,
    'SLUICE_AUTH_TENANT_REFUSED'
  ],
  'an expired token': [{ expiresIn: -3600 }, 401, 'SLUICE_AUTH_TOKEN_EXPIRED'],
  'an application without a role': [{ kind: 'app', claims: { roles: undefined } }, 403, 'SLUICE_AUTH_ROLES_MISSING'],
  'an application with a role, where none is asked for': [{ kind: 'app' }, 403, 'SLUICE_SCOPE_APP_REFUSED']
}

t.test('what Entra issues for something else does not get in, and is told what to ask for', async t => {
  const { mcp, entra, reached, admin } = await watched(t)
  for (const [name, [options, status, code]] of Object.entries(issued)) {
    const res = await post(mcp, bearer(entra.issueToken(options)))
    t.equal(res.status, status, name)
    t.equal(res.headers.get('x-sluice-error'), code, name)
    if (status === 401)
      t.match(
        challengeOf(res),
        /^Bearer error="invalid_token", error_description="[^"]+", resource_metadata="[^"]+", scope="[^"]+"$/
      )
    else t.notMatch(challengeOf(res) ?? '', /error=|scope=/, 'signing in again would not help')
  }
  t.strictSame(reached, [], 'nothing reached the MCP server')
  const metrics = await (await fetch(`${admin}/metrics`)).text()
  t.match(metrics, 'sluice_auth_outcomes_total{route="demo",reason="SLUICE_AUTH_AUDIENCE_REFUSED"} 1')
})

t.test('a scope that is missing is 403, with all scopes to ask for', async t => {
  const { mcp, entra, reached } = await watched(t, { required: ['mcp_access', 'mcp_admin'] })
  const res = await post(mcp, bearer(entra.issueToken({ scopes: ['mcp_access'] })))
  t.equal(res.status, 403)
  const metadata = mcp.replace('/mcp', '/.well-known/oauth-protected-resource/mcp')
  const description = 'The token lacks a scope that is needed here.'
  t.equal(
    challengeOf(res),
    `Bearer error="insufficient_scope", error_description="${description}", resource_metadata="${metadata}", scope="${mcp}/mcp_access ${mcp}/mcp_admin"`
  )
  t.strictSame(reached, [])
})

t.test("a person's role never satisfies appRoles, nor an application's scopes the required ones", async t => {
  const { mcp, entra } = await watched(t, { appRoles: ['Mcp.Other'] })
  const person = await post(mcp, bearer(entra.issueToken({ scopes: ['mcp_admin'], claims: { roles: ['Mcp.Other'] } })))
  t.equal(person.status, 403)
  const application = await post(mcp, bearer(entra.issueToken({ kind: 'app' })))
  t.equal(application.headers.get('x-sluice-error'), 'SLUICE_SCOPE_ROLE_MISSING')
})

t.test('exactly one credential, and in the header', async t => {
  const { mcp, entra, reached, log } = await watched(t)
  const token = entra.issueToken()
  const wire = await Wire.to(mcp)
  wire.write(
    'POST /mcp HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    `Authorization: Bearer ${token}`,
    'content-length: 0',
    '',
    ''
  )
  t.match(await wire.until(/}$/), /^HTTP\/1.1 400 [^]*error="invalid_request"[^]*SLUICE_AUTH_CREDENTIALS_REPEATED/)
  wire.socket.destroy()
  for (const query of [`access_token=${token}`, `a=b&access_token=${token}`, `access%5Ftoken=${token}`]) {
    const res = await post(`${mcp}?${query}`, bearer(token))
    t.equal(res.status, 400)
    t.match(challengeOf(res), /^Bearer error="invalid_request"/)
  }
  const form = await fetch(mcp, {
    method: 'POST',
    body: new URLSearchParams({ access_token: token }),
    headers: bearer(token)
  })
  t.equal(form.status, 415)
  for (const scheme of ['Basic', 'DPoP', 'PoP', 'Negotiate']) {
    t.equal((await post(mcp, { authorization: `${scheme} ${token}` })).status, 401, scheme)
  }
  t.strictSame(reached, [])
  t.notMatch(JSON.stringify(log), token.split('.')[2]!)
})

/** Signs with new keys while the gateway runs; the clock is moved, not waited for. */
t.test('new signing keys at Entra work without a restart', async t => {
  const { mcp, entra, reached }: Contoso & { reached: string[] } = await watched(t)
  const realNow = Date.now.bind(Date)
  let ahead = 0
  t.intercept(Date, 'now', { value: () => realNow() + ahead })
  const status = async (token: string): Promise<number> => (await post(mcp, bearer(token))).status
  const old = entra.issueToken()
  t.equal(await status(old), 200)

  await entra.rotateKeys({ keepOld: true })
  t.equal(
    await status(entra.issueToken()),
    401,
    'the key set was fetched a moment ago: a made-up key must not cause traffic'
  )
  ahead += 31_000
  t.equal(await status(entra.issueToken()), 200, 'half a minute later the unknown key is looked for')
  t.equal(await status(old), 200, 'the old one is still published')

  await entra.rotateKeys({ keepOld: false })
  const fetches = () => entra.requests.filter(path => path.endsWith('/keys')).length
  ahead += 60_000
  const before = fetches()
  t.equal(await status(entra.issueToken()), 401, 'the next look is at most every 5 minutes')
  t.equal(fetches(), before)
  ahead += 300_000
  const replies = await Promise.all(Array.from({ length: 20 }, () => status(entra.issueToken())))
  t.strictSame(new Set(replies), new Set([200]))
  t.equal(fetches(), before + 1, 'twenty requests, one fetch')
  t.equal(await status(old), 401, 'what the old key verified died with it')
  t.ok(reached.length > 20)
})
