import { once } from 'node:events'
import t, { type Test } from 'tap'
import { configuredGateway } from './support/configured-gateway.ts'
import { API, CLIENT, contoso, DAEMON, DAEMON_SECRET, PAGE_CLIENT, TENANT } from './support/contoso.ts'
import { upstream } from './support/upstream.ts'

const call = (name: string, id: unknown = 1) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } })

/** A clock that stands until it is moved. */
const clock = (t: Test) => {
  let now = 1000
  t.intercept(performance, 'now', { value: () => now })
  return { advance: (ms: number) => void (now += ms) }
}

/** A gateway with a limit, in front of an upstream that counts. */
const limited = async (t: Test, limits: readonly object[], more: object = {}) => {
  let received = 0
  const { url } = await upstream(t, (req, res) => {
    received++
    req.resume().on('end', () => {
      res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}')
    })
  })
  const routes = ['a', 'b'].map(name => ({ name, path: `/${name}`, upstream: url }))
  const gateway = await configuredGateway(t, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: limits.map((limit, i) => ({ 'rate-limit': { id: `limit-${i}`, ...limit } })),
    routes,
    ...more
  })
  const post = (body: unknown, path = '/a', fields: Record<string, string> = {}): Promise<Response> =>
    fetch(gateway.url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...fields }
    })
  return { url: gateway.url, adminUrl: gateway.adminUrl, post, received: () => received }
}

t.test('what is over the limit is 429, says when to come back, and reaches nobody', async t => {
  const time = clock(t)
  const { post, received, url, adminUrl } = await limited(t, [{ by: 'ip', limit: 2, per: '10s' }])
  const first = await post(call('echo'))
  t.equal(first.status, 200)
  t.equal(first.headers.get('ratelimit-policy'), '"limit-0";q=2;w=10')
  t.equal(first.headers.get('ratelimit'), '"limit-0";r=1;t=5')
  t.equal((await post(call('echo'), '/b')).status, 200, 'one limit for all routes')
  const refused = await post(call('echo', 'an-id'))
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('retry-after'), '5')
  t.equal(refused.headers.get('ratelimit'), '"limit-0";r=0;t=10')
  t.equal(refused.headers.get('x-sluice-error'), 'SLUICE_RATE_LIMIT_EXCEEDED')
  t.match(await refused.json(), { jsonrpc: '2.0', error: { data: { code: 'SLUICE_RATE_LIMIT_EXCEEDED' } } })
  t.equal((await fetch(`${url}/a`)).status, 429, 'a GET counts, too')
  t.equal(received(), 2)
  time.advance(5000)
  t.equal((await post(call('echo'))).status, 200)
  t.equal((await post(call('echo'))).status, 429)
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
  t.match(metrics, 'sluice_rate_limit_decisions_total{entry="global/limit-0",decision="allowed"} 3')
  t.match(metrics, 'sluice_rate_limit_decisions_total{entry="global/limit-0",decision="refused"} 3')
})

t.test('each tool has a limit of its own', async t => {
  clock(t)
  const { post } = await limited(t, [{ by: 'tool', limit: 1, per: '1h' }])
  const statuses = async (...bodies: unknown[]) => {
    const all: number[] = []
    for (const body of bodies) all.push((await post(body)).status)
    return all
  }
  t.strictSame(
    await statuses(call('echo'), call('add'), call('echo'), { jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    [200, 200, 429, 200]
  )
  t.match(await (await post(call('add', 'an-id'))).json(), { id: 'an-id' })
})

t.test('a call without an id counts, and a name as long as a body is no key', async t => {
  clock(t)
  const { post } = await limited(t, [{ by: 'tool', limit: 1, per: '1h' }])
  const notification = { jsonrpc: '2.0', method: 'tools/call', params: { name: 'search' } }
  t.strictSame([(await post(notification)).status, (await post(notification)).status], [200, 429])
  const long = 'x'.repeat(100_000)
  t.strictSame([(await post(call(long))).status, (await post(call(long))).status], [200, 429])
  t.equal((await post(call(`${long}y`))).status, 200)
})

t.test('a tool may cost more than one call, and the refusal has the id of its message', async t => {
  const time = clock(t)
  const { post, received } = await limited(t, [{ by: 'route', limit: 10, per: '10s', cost: { search: 8, free: 0 } }])
  t.equal((await post(call('search'))).status, 200)
  t.equal((await post(call('free'))).status, 200)
  const refused = await post(call('search', 'an-id'))
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('retry-after'), '6')
  t.match(await refused.json(), { id: 'an-id' })
  t.equal((await post([call('echo'), call('echo', 2), call('echo', 3)])).status, 429, 'a batch counts by its members')
  t.equal((await post([call('echo'), call('echo', 2)])).status, 200, 'and one that is refused pays nothing')
  t.equal((await post(call('echo'), '/b')).status, 200, 'another route')
  time.advance(10_000)
  t.equal((await post(call('search'))).status, 200)
  t.equal(received(), 5)
})

t.test('with costs, what is no message counts for one, too', async t => {
  clock(t)
  const { post, url, received } = await limited(t, [{ by: 'ip', limit: 6, per: '1h', cost: { search: 2 } }])
  const left = async (asked: Promise<Response>) => {
    const response = await asked
    return [response.status, /r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]]
  }
  t.strictSame(await left(fetch(`${url}/a`)), [200, '5'])
  t.strictSame(await left(fetch(`${url}/a`, { method: 'DELETE' })), [200, '4'])
  t.strictSame(await left(post('no message')), [400, '3'])
  t.strictSame(await left(post(call('echo'), '/a', { 'content-type': 'text/plain' })), [415, '2'])
  t.strictSame(await left(post({ jsonrpc: '2.0', id: 3, result: {} })), [200, '1'], 'an answer to the server')
  t.strictSame(await left(post(call('search'))), [429, '1'])
  t.strictSame(await left(post(call('echo'))), [200, '0'])
  t.strictSame(await left(post('no message')), [400, '0'])
  t.strictSame(await left(fetch(`${url}/a`)), [429, '0'])
  t.equal(received(), 4)
})

t.test('with costs, a request that another filter refuses counts for one', async t => {
  clock(t)
  const { mcp } = await contoso(t, {
    filters: [{ 'rate-limit': { id: 'flood', by: 'ip', limit: 2, per: '1h', cost: { search: 2 } } }]
  })
  const ask = async () => (await fetch(mcp, { method: 'POST', body: '{}' })).headers.get('ratelimit')
  t.strictSame([await ask(), await ask()], ['"flood";r=1;t=1800', '"flood";r=0;t=3600'])
})

t.test('made-up names of tools free no tool of its limit', async t => {
  clock(t)
  const { post } = await limited(t, [{ by: 'tool', limit: 1, per: '1h', max: 100 }])
  const status = async (name: string) => (await post(call(name))).status
  t.equal(await status('search'), 200)
  const madeUp = await Promise.all(Array.from({ length: 150 }, (_, i) => status(`made-up-${i}`)))
  t.equal(madeUp.filter(code => code === 200).length, 100, 'those that find no room share one limit')
  t.equal(await status('search'), 429)
})

t.test('a batch of calls to several tools counts for all of them, or for none', async t => {
  clock(t)
  const { post } = await limited(t, [{ by: 'tool', limit: 1, per: '1h' }])
  t.equal((await post([call('echo'), { jsonrpc: '2.0', id: 2, method: 'ping' }, call('echo', 3)])).status, 429)
  t.equal((await post(call('add'))).status, 200)
  t.equal((await post([call('echo'), call('add', 2)])).status, 429)
  t.equal((await post([{ jsonrpc: '2.0', id: 2, method: 'ping' }, call('echo')])).status, 200)
  t.equal((await post(call('echo'))).status, 429)
})

t.test('a batch that is larger than what may ever come at once is told to come in parts, and not to wait', async t => {
  clock(t)
  const { post } = await limited(t, [{ by: 'tool', limit: 10, per: '1h', burst: 2 }])
  const refused = await post([call('echo'), call('echo', 2), call('echo', 3)])
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('retry-after'), null)
  t.match(await refused.text(), /Send it in parts/)
  t.equal((await post([call('echo'), call('echo', 2)])).status, 200, 'a part passes')
  const early = await post(call('echo'))
  t.not(early.headers.get('retry-after'), null)
  t.match(await early.text(), /Wait as long as Retry-After says/)
})

t.test('one client has one limit, whoever uses it; who has no token has that of the address', async t => {
  clock(t)
  const { entra } = await contoso(t)
  const { url: upstreamUrl } = await upstream(t, (req, res) => void req.resume().on('end', () => res.end()))
  const gateway = await configuredGateway(t, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    trustedProxies: ['127.0.0.1/32'],
    routes: [
      {
        name: 'a',
        path: '/a',
        upstream: upstreamUrl,
        filters: [
          { 'jwt-entra': { tenant: TENANT, authority: entra.authority, audiences: [API], mode: 'optional' } },
          { 'rate-limit': { id: 'per-client', by: 'client', limit: 2, per: '1h' } },
          { 'rate-limit': { id: 'per-person', by: 'principal', limit: 3, per: '1h' } }
        ]
      }
    ]
  })
  while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200);
  const ask = async (token?: string, address = '192.0.2.9') => {
    const headers = { 'x-forwarded-for': address, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const response = await fetch(`${gateway.url}/a`, { method: 'POST', body: '{}', headers })
    await response.text()
    return response.headers.get('ratelimit')
  }
  const of = (client: string, oid = '55555555-6666-4777-8888-999999999999') =>
    entra.issueToken({ client, claims: { oid } })
  t.equal(await ask(of(CLIENT)), '"per-person";r=2;t=1200, "per-client";r=1;t=1800')
  const other = of(CLIENT, '55555555-6666-4777-8888-bbbbbbbbbbbb')
  t.equal(await ask(other), '"per-person";r=2;t=1200, "per-client";r=0;t=3600', 'another person at the same client')
  t.equal(await ask(of(CLIENT)), '"per-client";r=0;t=3600', 'a third call is refused')
  t.equal(await ask(of(PAGE_CLIENT)), '"per-person";r=1;t=2400, "per-client";r=1;t=1800', 'another client')
  t.equal(await ask(), '"per-person";r=2;t=1200, "per-client";r=1;t=1800', 'nobody is none of them')
  t.equal(await ask(), '"per-person";r=1;t=2400, "per-client";r=0;t=3600', 'and is counted by the address')
  t.equal(
    await ask(undefined, '192.0.2.10'),
    '"per-person";r=2;t=1200, "per-client";r=1;t=1800',
    'of which this is another'
  )
})

t.test('people are told apart, applications too, and metadata is never limited', async t => {
  const { mcp, entra } = await contoso(t, {
    filters: [{ 'rate-limit': { id: 'flood', by: 'ip', limit: 8, per: '1h' } }],
    routeFilters: [{ 'rate-limit': { by: 'principal', limit: 1, per: '1h' } }],
    appRoles: ['Mcp.Invoke']
  })
  const ask = async (token: string) =>
    (
      await fetch(mcp, {
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream'
        }
      })
    ).status
  const ada = entra.issueToken({ scopes: ['mcp_access'] })
  const daemon = await daemonToken(entra.authority)
  t.not(await ask(ada), 429)
  t.equal(await ask(ada), 429)
  t.equal(await ask(entra.issueToken({ scopes: ['mcp_access'] })), 429, 'a new token is the same person')
  t.not(await ask(daemon), 429)
  t.equal(await ask(daemon), 429)
  for (let i = 0; i < 6; i++) await ask('none')
  t.equal(await ask('none'), 429, 'who has no token is stopped by the limit in front')
  const { origin, pathname } = new URL(mcp)
  t.equal((await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`)).status, 200)
})

t.test('a limit of some kinds of callers is none of others, whatever is counted', async t => {
  const only = (id: string, kind: string, more: object) => ({
    'rate-limit': { id, by: 'route', kinds: [kind], limit: 2, per: '1h', ...more }
  })
  const { mcp, entra } = await contoso(t, {
    routeFilters: [
      only('apps', 'app', {}),
      only('app-costs', 'app', { cost: { ping: 1 }, limit: 5 }),
      only('agents', 'agent', {})
    ],
    appRoles: ['Mcp.Invoke']
  })
  const ask = async (token: string) => {
    const response = await fetch(mcp, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream'
      }
    })
    await response.text()
    return [
      response.status,
      response.headers
        .get('ratelimit-policy')
        ?.match(/"[^"]+"/g)
        ?.join() ?? null
    ]
  }
  const ada = entra.issueToken({ scopes: ['mcp_access'] })
  const daemon = await daemonToken(entra.authority)
  for (let i = 0; i < 4; i++) t.strictSame(await ask(ada), [200, null], 'a person is not counted')
  const applied = '"app-costs","apps"'
  t.strictSame(
    [await ask(daemon), await ask(daemon)],
    [
      [200, applied],
      [200, applied]
    ]
  )
  t.equal((await ask(daemon))[0], 429)
  t.strictSame(await ask(ada), [200, null])
})

const daemonToken = async (authority: string): Promise<string> => {
  const response = await fetch(`${authority}/${TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: DAEMON,
      client_secret: DAEMON_SECRET,
      scope: `${API}/.default`
    })
  })
  return ((await response.json()) as { access_token: string }).access_token
}

t.test('streams that are open at the same time', async t => {
  const { url, next } = await upstream(t)
  const gateway = await configuredGateway(t, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    routes: [{ name: 'a', path: '/a', upstream: url, filters: [{ 'rate-limit': { by: 'ip', streams: 2 } }] }]
  })
  const open = async (listen = false) => {
    const arrived = next()
    const leaving = new AbortController()
    const asked = fetch(`${gateway.url}/a`, {
      signal: leaving.signal,
      ...(listen && {
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen' }),
        headers: { 'content-type': 'application/json' }
      })
    })
    const [, res] = await arrived
    res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    await asked
    return { leave: () => (leaving.abort(), once(res, 'close')) }
  }
  const first = await open()
  await open(true)
  const refused = await fetch(`${gateway.url}/a`)
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('x-sluice-error'), 'SLUICE_RATE_LIMIT_STREAMS')
  await first.leave()
  await open()
  t.equal((await fetch(`${gateway.url}/a`)).status, 429)
})

t.test('what cannot work is refused at its key', async t => {
  const table: readonly [object, RegExp][] = [
    [{ by: 'ip' }, /rate-limit: one of the keys "limit" or "streams" is missing/],
    [{ by: 'ip', limit: 1001, per: '1ms' }, /rate-limit\.limit: 1001 calls in 1ms are more than one a microsecond/],
    [{ by: 'ip', limit: 1, per: '25h' }, /rate-limit\.per: 25h is out of range/],
    [{ by: 'ip', limit: 5, cost: { search: 6 } }, /cost\.search: .*never let through: burst is 5/],
    [{ by: 'tool', limit: 5, cost: { search: 2 } }, /cost: by: tool/],
    [{ by: 'tool', limit: 5, streams: 2 }, /streams: /],
    [{ by: 'principal', limit: 5 }, /needs the fact "principal"/],
    [{ by: 'ip', kinds: ['agent'], limit: 5 }, /needs the fact "principal"/],
    [{ by: 'principal', kinds: ['robot'], limit: 5 }, /kinds\[0\]/],
    [{ by: 'ip', limit: 5, store: 'http://x' }, /store: /]
  ]
  for (const [limit, message] of table) await t.rejects(limited(t, [limit]), message, JSON.stringify(limit))
})
