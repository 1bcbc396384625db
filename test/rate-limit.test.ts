import { once } from 'node:events'
import t, { type Test } from 'tap'
import { configuredGateway } from './support/configured-gateway.ts'
import { contoso, DAEMON, DAEMON_SECRET, API, TENANT } from './support/contoso.ts'
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
  t.equal((await post(call('echo'), '/b')).status, 200, 'another route')
  time.advance(8000)
  t.equal((await post(call('search'))).status, 200)
  t.equal(received(), 4)
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
    [{ by: 'ip', limit: 1, per: '25h' }, /rate-limit\.per: 25h is out of range/],
    [{ by: 'ip', limit: 5, cost: { search: 6 } }, /cost\.search: .*never let through: burst is 5/],
    [{ by: 'tool', limit: 5, cost: { search: 2 } }, /cost: by: tool/],
    [{ by: 'tool', limit: 5, streams: 2 }, /streams: /],
    [{ by: 'principal', limit: 5 }, /needs the fact "principal"/],
    [{ by: 'ip', limit: 5, store: 'http://x' }, /store: /]
  ]
  for (const [limit, message] of table) await t.rejects(limited(t, [limit]), message, JSON.stringify(limit))
})
