import { fakeContext, fakeExchange } from '@sluice/test-kit'
import t from 'tap'
import { createEntraOauth } from '../src/filter.ts'
import type { EntraOauthConfig } from '../src/config.ts'
import { type Runtime, systemRuntime } from '../src/runtime.ts'
import { Seals } from '../src/seals.ts'

const AUTHORITY = 'https://login.example'
const TENANT = '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44'
const ISSUER = 'https://mcp.contoso.example/oauth/mcp'

const config: EntraOauthConfig = {
  tenant: TENANT,
  authority: AUTHORITY,
  clientId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  credential: { secret: 'the secret' },
  scopes: ['api://x/mcp_access'],
  clients: [{ id: 'app', redirectUris: ['http://127.0.0.1/callback'] }],
  registration: 'off',
  redirectHosts: [],
  prompt: 'client',
  offlineAccess: 'always'
}

const metadata = (changes: object = {}): Response =>
  Response.json({
    issuer: `${AUTHORITY}/${TENANT}/v2.0`,
    authorization_endpoint: `${AUTHORITY}/authorize`,
    token_endpoint: `${AUTHORITY}/token`,
    jwks_uri: `${AUTHORITY}/keys`,
    ...changes
  })

/** A filter whose network answers as the test says, and whose timers go off when it says so. */
const open = (answer: (url: string, init: RequestInit) => Response | Promise<Response>, ctx = fakeContext()) => {
  const timers: { ms: number; run: () => void }[] = []
  const asked: string[] = []
  const runtime: Runtime = {
    ...systemRuntime,
    async fetch(url, init) {
      asked.push(url)
      return answer(url, init)
    },
    schedule: (ms, run) => (timers.push({ ms, run }), () => {})
  }
  const { endpoints = [] } = createEntraOauth(config, ctx, runtime)
  const call = async (path: string, body = '') => {
    const endpoint = endpoints.find(endpoint => endpoint.path === path)!
    return endpoint.handle(fakeExchange({ method: 'POST', path, endpoint }), Buffer.from(body))
  }
  const next = async () => {
    const timer = timers.shift()!
    timer.run()
    while (timers.length === 0) await new Promise(resolve => setImmediate(resolve))
    return timer.ms
  }
  const fetched = async () => {
    while (timers.length === 0) await new Promise(resolve => setImmediate(resolve))
  }
  const readiness = () => ctx.readinesses.get(`metadata of ${TENANT}`)
  const seals = new Seals(ctx.sealing!, ISSUER, runtime.now)
  const refresh = () => {
    const refresh_token = seals.seal('refresh', 'app', {
      entra: 'rt',
      redirect: 'http://127.0.0.1/callback',
      scopes: config.scopes
    })
    const body = new URLSearchParams({ client_id: 'app', grant_type: 'refresh_token', refresh_token })
    return call('/oauth/mcp/token', body.toString())
  }
  return { call, asked, next, fetched, readiness, refresh, ctx, timers }
}

const AT = '/.well-known/oauth-authorization-server/oauth/mcp'

t.test('metadata is tried again, more and more seldom, and kept while a refresh fails', async t => {
  const answers: (() => Response)[] = []
  const { call, next, fetched } = open(() => (answers.shift() ?? (() => new Response('', { status: 500 })))())
  await fetched()
  t.equal((await call(AT)).status, 503)
  t.strictSame([await next(), await next(), await next()], [1000, 2000, 4000])
  answers.push(metadata)
  t.equal(await next(), 8000)
  t.equal((await call(AT)).status, 200)
  t.equal(await next(), 3_600_000, 'an hour later')
  t.equal((await call(AT)).status, 200, 'it failed then, and what was there stays')
})

const unsafe: Record<string, object> = {
  'a token endpoint without TLS': { token_endpoint: 'http://login.example/token' },
  'a token endpoint on loopback': { token_endpoint: 'http://127.0.0.1/token' },
  'user information': { authorization_endpoint: 'https://a@login.example/authorize' },
  'no issuer': { issuer: undefined }
}
for (const [what, changes] of Object.entries(unsafe)) {
  t.test(`metadata is not believed: ${what}`, async t => {
    const { call, fetched } = open(() => metadata(changes))
    await fetched()
    t.equal((await call(AT)).status, 503)
  })
}

const answers: Record<string, [() => Response, number]> = {
  'no JSON': [() => new Response('<html>'), 503],
  'an error of its own': [() => Response.json({ error: 'x' }, { status: 500 }), 503],
  'too many requests': [() => Response.json({ error: 'x' }, { status: 429 }), 503],
  'too long': [() => new Response('x'.repeat(300_000)), 503],
  'no token': [() => Response.json({ token_type: 'Bearer', expires_in: 1 }), 503],
  'a token that is bound': [() => Response.json({ access_token: 'x', token_type: 'pop', expires_in: 1 }), 503],
  'an error that is not known': [
    () =>
      Response.json(
        { error: 'invalid_grant', error_description: 'AADSTS123: about ada@contoso.example' },
        { status: 400 }
      ),
    400
  ]
}
for (const [what, [answer, status]] of Object.entries(answers)) {
  t.test(`the token endpoint answers ${what}: ${status}, and nothing of it goes on`, async t => {
    const { refresh, fetched, ctx } = open(url => (url.endsWith('/token') ? answer() : metadata()))
    await fetched()
    const reply = await refresh()
    t.equal(reply.status, status)
    t.notMatch(String(reply.body), /ada@|html|pop/)
    t.notMatch(JSON.stringify(ctx.log.lines), /ada@|the secret/)
  })
}

const pauses: Record<string, [() => Response, string]> = {
  'too many requests, and for how long': [
    () => Response.json({}, { status: 429, headers: { 'retry-after': '17' } }),
    '17'
  ],
  'out of service, as a page': [() => new Response('<html>', { status: 503, headers: { 'retry-after': '90' } }), '90'],
  'a date': [
    () => new Response('', { status: 503, headers: { 'retry-after': new Date(Date.now() + 1e9).toUTCString() } }),
    '3600'
  ],
  'a date that is past': [
    () => new Response('', { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } }),
    '1'
  ],
  nonsense: [() => new Response('', { status: 429, headers: { 'retry-after': 'soon' } }), '1'],
  nothing: [() => new Response('', { status: 503 }), '1']
}
for (const [what, [answer, seconds]] of Object.entries(pauses)) {
  t.test(`the token endpoint says ${what}: clients are told to wait ${seconds} s`, async t => {
    const { refresh, fetched } = open(url => (url.endsWith('/token') ? answer() : metadata()))
    await fetched()
    const reply = await refresh()
    t.equal(reply.status, 503)
    t.match(
      reply.headers?.find(([name]) => name === 'retry-after'),
      ['retry-after', seconds]
    )
  })
}

t.test('no more than 64 requests for tokens are under way; the next is told to come again', async t => {
  const held = Promise.withResolvers<void>()
  const tokens = () => Response.json({ access_token: 'x', token_type: 'Bearer', expires_in: 1 })
  const { refresh, fetched, asked } = open(url => (url.endsWith('/token') ? held.promise.then(tokens) : metadata()))
  await fetched()
  const waiting = Array.from({ length: 64 }, () => refresh())
  while (asked.length < 65) await new Promise(resolve => setImmediate(resolve))
  const refused = await refresh()
  t.match(refused, { status: 503, code: 'SLUICE_OAUTH_BUSY' })
  held.resolve()
  t.ok((await Promise.all(waiting)).every(({ status }) => status === 200))
  t.equal((await refresh()).status, 200, 'and there is room again')
})

t.test('a flood at one server leaves another one of the same gateway be', async t => {
  const held = Promise.withResolvers<void>()
  const tokens = () => Response.json({ access_token: 'x', token_type: 'Bearer', expires_in: 1 })
  const ctx = fakeContext()
  const first = open(url => (url.endsWith('/token') ? held.promise.then(tokens) : metadata()), ctx)
  await first.fetched()
  const other = fakeContext({ entry: 'other/entra-oauth' })
  t.intercept(other, 'sharedAcross', { value: ctx.sharedAcross.bind(ctx) })
  const second = open(tokens, other)
  const waiting = Array.from({ length: 64 }, () => first.refresh())
  t.match(await first.refresh(), { code: 'SLUICE_OAUTH_BUSY' })
  t.equal((await second.refresh()).status, 200)
  held.resolve()
  await Promise.all(waiting)
})
