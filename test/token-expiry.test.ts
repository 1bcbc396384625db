import { EventEmitter, once } from 'node:events'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t, { type Test } from 'tap'
import { Clock } from './support/clock.ts'
import { configuredGateway } from './support/configured-gateway.ts'
import { contoso, type ContosoOptions } from './support/contoso.ts'
import { AUDIENCE, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { upstream } from './support/upstream.ts'

/** Seconds for which tokens are good, and the clockSkew beyond. */
const GOOD_FOR = 600
const SKEW = 60

/** A company whose clock stands still, and a client's `fetch` that signs in with a new token for each request. */
const company = async (t: Test, options: ContosoOptions = {}) => {
  const clock = new Clock()
  t.teardown(() => clock.restore())
  const { mcp, admin, entra, log } = await contoso(t, { patience: { lookMs: 2 }, ...options })
  const requests = new EventEmitter()
  const signedIn = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', `Bearer ${entra.issueToken({ scopes: ['mcp_access'], expiresIn: GOOD_FOR })}`)
    const response = await fetch(url, { ...init, headers })
    requests.emit(init?.method ?? 'GET', response)
    return response
  }
  /** Waits for the log to say what ended. */
  const ended = async () => {
    const find = () => log.find(({ message }) => message.startsWith('ended, for'))
    while (find() === undefined) await new Promise(resolve => setImmediate(resolve))
    return find()!.fields
  }
  const metrics = async () => (await fetch(`${admin}/metrics`)).text()
  return { clock, mcp, entra, log, requests, signedIn, ended, metrics }
}

/** A tool call that waits until it is let go on, step by step. */
const heldCountdown = () => {
  const steps = new EventEmitter()
  const calls: AbortSignal[] = []
  const server = {
    onCall: (name: string, signal: AbortSignal) => void (name === 'countdown' && calls.push(signal)),
    step: async (_ms: number, signal: AbortSignal) => void (await once(steps, 'go', { signal }))
  }
  return { server, calls, goOn: () => void steps.emit('go') }
}

/** Waits for the progress of a call of `countdown`. */
const progress = () => {
  const counts = new EventEmitter()
  return { onprogress: (): void => void counts.emit('count'), next: () => once(counts, 'count') }
}

t.test('the GET stream of a client ends when its token does, and the client opens it anew', async t => {
  const { clock, mcp, requests, signedIn, ended, metrics } = await company(t, {
    routeFilters: [{ 'rate-limit': { by: 'principal', streams: 1 } }]
  })
  const errors: Error[] = []
  const transport = new EarlierTransport(new URL(mcp), {
    fetch: signedIn,
    reconnectionOptions: {
      initialReconnectionDelay: 1,
      maxReconnectionDelay: 1,
      reconnectionDelayGrowFactor: 1,
      maxRetries: 100
    }
  })
  const client = new EarlierClient({ name: 'test', version: '1' })
  Object.assign(client, { onerror: (error: Error) => void errors.push(error) })
  t.teardown(() => client.close())
  const opened = once(requests, 'GET')
  await client.connect(transport)
  t.equal((await opened)[0].status, 200)
  clock.advance(GOOD_FOR + SKEW - 1)
  await client.ping()
  t.match(await metrics(), 'sluice_open_streams{route="demo"} 1', 'while it is good it stays open, the skew included')
  let again = once(requests, 'GET')
  clock.advance(1)
  t.match(await ended(), { filter: 'demo/jwt-entra', code: 'SLUICE_AUTH_TOKEN_OUTLIVED', kind: 'stream' })
  // Until it has seen that the stream is gone, the upstream refuses another one for the session.
  while ((await again)[0].status === 409) again = once(requests, 'GET')
  t.equal((await again)[0].status, 200, 'with a new token, though only one stream may be open')
  await client.ping()
  t.strictSame(
    errors.filter(({ message }) => /disconnected/.test(message)),
    [],
    'for the client nothing broke off'
  )
  t.match(await metrics(), 'sluice_expired_total{route="demo",kind="stream"} 1')
})

for (const readsMessages of [false, true]) {
  const how = readsMessages ? 'where messages are read' : 'where nobody reads messages'
  t.test(`subscriptions/listen ends when its token does, ${how}`, async t => {
    const { clock, mcp, signedIn, ended } = await company(t, {
      routeFilters: readsMessages ? [{ 'rate-limit': { by: 'principal', streams: 1 } }] : []
    })
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const errors: Error[] = []
    Object.assign(client, { onerror: (error: Error) => void errors.push(error) })
    t.teardown(() => client.close())
    await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { fetch: signedIn }))
    const subscription = await client.listen({ toolsListChanged: true })
    clock.advance(GOOD_FOR + SKEW)
    t.equal(await subscription.closed, 'remote')
    t.match(await ended(), { kind: 'stream' })
    t.strictSame(errors, [], 'for the client nothing broke')
    await (await client.listen({ toolsListChanged: true })).close()
  })
}

for (const era of ['auto', 'legacy'] as const) {
  for (const readsMessages of [false, true]) {
    const how = `${era}${readsMessages ? ', messages are read' : ''}`
    t.test(`a call under way goes on after its token ended, and not for good (${how})`, async t => {
      const { server, calls, goOn } = heldCountdown()
      const { clock, mcp, log, signedIn, metrics } = await company(t, {
        server,
        jwt: { maxAfterExpiry: '10m' },
        routeFilters: readsMessages ? [{ 'rate-limit': { by: 'principal', streams: 1 } }] : []
      })
      const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } })
      t.teardown(() => client.close())
      await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { fetch: signedIn }))
      const params = { name: 'countdown', arguments: { from: 2 } }

      const first = progress()
      let count = first.next()
      const call = client.callTool(params, { onprogress: first.onprogress })
      await count
      clock.advance(GOOD_FOR + SKEW + 599)
      await client.callTool({ name: 'echo', arguments: { text: 'meanwhile' } })
      count = first.next()
      goOn()
      await count
      goOn()
      t.match(await call, { content: [{ text: 'Counted down from 2.' }] })
      const ends = () => log.filter(({ fields }) => fields['kind'] === 'call')
      t.strictSame(ends(), [])

      const second = progress()
      count = second.next()
      const leaving = new AbortController()
      const stuck = client.callTool(params, { onprogress: second.onprogress, signal: leaving.signal })
      const failed = stuck.catch((error: unknown) => error)
      await count
      clock.advance(GOOD_FOR + SKEW + 600)
      while (ends().length === 0) await new Promise(resolve => setImmediate(resolve))
      // Until 2025-11-25 it is no cancellation when a client goes (basic/transports).
      const call2 = calls.at(-1)!
      if (era === 'auto' && !call2.aborted) await once(call2, 'abort')
      if (readsMessages) t.match(await failed, { code: -32000, data: { code: 'SLUICE_AUTH_TOKEN_OUTLIVED' } })
      leaving.abort()
      t.match(ends(), [{ fields: { code: 'SLUICE_AUTH_TOKEN_OUTLIVED', filter: 'demo/jwt-entra' } }])
      t.match(await metrics(), 'sluice_expired_total{route="demo",kind="call"} 1')
    })
  }
}

t.test('with mode: optional, a stream of nobody has no end, and one with a token has', async t => {
  const silent = await upstream(t, (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const clock = new Clock()
  t.teardown(() => clock.restore())
  const pair = await signingPair('k1')
  const keys = await keyServer(t, [pair.jwk])
  const jwt = { issuer: ISSUER, jwks: { url: keys.url }, audiences: [AUDIENCE], mode: 'optional' }
  const gateway = await configuredGateway(
    t,
    {
      publicUrl: 'https://mcp.contoso.example',
      listen: { port: 0 },
      admin: { port: 0 },
      shutdown: { grace: '0s' },
      routes: [{ name: 'demo', path: '/mcp', upstream: silent.url, filters: [{ 'jwt-entra': jwt }] }]
    },
    { patience: { lookMs: 2 } }
  )
  while (!gateway.ready) await new Promise(resolve => setImmediate(resolve))
  const token = await sign(pair)
  const open = (headers: Record<string, string> = {}) => fetch(`${gateway.url}/mcp`, { headers })
  const nobodys = await open()
  // The second finds its token among those that were verified.
  const adas = [await open({ authorization: `Bearer ${token}` }), await open({ authorization: `Bearer ${token}` })]
  t.strictSame(
    [nobodys, ...adas].map(({ status }) => status),
    [200, 200, 200]
  )
  clock.advance(600 + SKEW)
  for (const stream of adas) t.equal(await stream.text(), '')
  t.match(await (await fetch(`${gateway.adminUrl}/metrics`)).text(), 'sluice_open_streams{route="demo"} 1')
  t.equal((await open({ authorization: `Bearer ${token}` })).status, 401)
  await nobodys.body!.cancel()
})

t.test('maxAfterExpiry has a limit', async t => {
  const refused = contoso(t, { jwt: { maxAfterExpiry: '25h' } })
  await t.rejects(refused, /jwt-entra\.maxAfterExpiry: more than 24h/)
})
