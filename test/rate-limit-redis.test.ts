import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { start } from '../packages/cli/test/sluice.ts'
import { noRedis, TestRedis } from './support/redis.ts'
import { rawUpstream, upstream } from './support/upstream.ts'

/** A gateway in a process of its own. */
const gatewayProcess = async (t: Test, folder: string) => {
  const child = start(['run'], folder)
  t.teardown(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  for await (const line of createInterface(child.stdout)) {
    const { msg, listen, admin } = JSON.parse(line) as Record<string, string>
    if (msg === 'serving') return { url: listen!, admin: admin! }
  }
  throw new Error('the gateway did not start')
}

/** The folder of a configuration with some limits on one route. */
const configured = (t: Test, upstreamUrl: string, ...limits: readonly object[]): string => {
  const filters = limits.map((limit, i) => ({
    'rate-limit': { ...(i > 0 && { id: `limit-${i}` }), by: 'ip', ...limit }
  }))
  const routes = [{ name: 'a', path: '/a', upstream: upstreamUrl, filters }]
  const listeners = { listen: { port: 0 }, admin: { port: 0 } }
  const config = { publicUrl: 'http://127.0.0.1', ...listeners, shutdown: { grace: '0s' }, routes }
  return t.testdir({ 'sluice.yaml': JSON.stringify(config) })
}

/** Asks until the answer is right. */
const eventually = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds()));
}

const ready = (admin: string): Promise<void> => eventually(async () => (await fetch(`${admin}/readyz`)).status === 200)

t.test('one limit holds exactly over two processes', { skip: noRedis }, async t => {
  const redis = await TestRedis.start(t)
  let received = 0
  const { url } = await upstream(t, (_req, res) => void res.end(String(++received)))
  const folder = configured(t, url, { limit: 100, per: '24h', store: redis.url })
  const gateways = await Promise.all([gatewayProcess(t, folder), gatewayProcess(t, folder)])
  await Promise.all(gateways.map(({ admin }) => ready(admin)))
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const response = await fetch(`${gateways[i % 2]!.url}/a`)
      return [response.status, response.headers.get('ratelimit')] as const
    })
  )
  t.equal(answers.filter(([status]) => status === 200).length, 100)
  t.equal(answers.filter(([status]) => status === 429).length, 200)
  t.equal(received, 100)
  const left = answers.flatMap(([status, field]) => (status === 200 ? Number(/r=(\d+)/.exec(field!)![1]) : []))
  t.strictSame(
    left.toSorted((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
    'and each was told what is left'
  )
})

for (const onStoreError of ['allow', 'deny'] as const) {
  t.test(`a store that dies and comes back, onStoreError: ${onStoreError}`, { skip: noRedis }, async t => {
    const redis = await TestRedis.start(t)
    const { url } = await upstream(t, (_req, res) => void res.end('served'))
    const gateway = await gatewayProcess(
      t,
      configured(t, url, { limit: 5, per: '24h', store: redis.url, onStoreError })
    )
    await ready(gateway.admin)
    const ask = async () => {
      const response = await fetch(`${gateway.url}/a`)
      await response.text()
      return [response.status, response.headers.get('x-sluice-error')] as const
    }
    const untilCounted = () => eventually(async () => (await ask())[0] === 429)
    await untilCounted()
    const seen = new Set<number>()
    let loading = true
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (loading) seen.add((await ask())[0])
      })
    )
    await redis.stop()
    const away = onStoreError === 'allow' ? 200 : 503
    await eventually(async () => (await ask())[0] === away)
    if (onStoreError === 'deny') t.strictSame(await ask(), [503, 'SLUICE_RATE_LIMIT_STORE_AWAY'])
    const metrics = await (await fetch(`${gateway.admin}/metrics`)).text()
    const decision = onStoreError === 'allow' ? 'uncounted' : 'store_away'
    t.match(metrics, new RegExp(`sluice_rate_limit_decisions_total{entry="a/rate-limit",decision="${decision}"} [1-9]`))
    await redis.start()
    await untilCounted()
    loading = false
    await load
    t.strictSame(
      [...seen].filter(status => ![200, 429, away].includes(status)),
      [],
      'nothing else was ever answered'
    )
  })
}

t.test('a gateway whose store was never there says so, and recovers', { skip: noRedis }, async t => {
  const redis = await TestRedis.start(t)
  await redis.stop()
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const gateway = await gatewayProcess(t, configured(t, url, { limit: 5, per: '24h', store: redis.url }))
  const verbose = await (await fetch(`${gateway.admin}/readyz?verbose`)).text()
  t.match(verbose, /\[-\] a\/rate-limit store: ECONNREFUSED/)
  t.notMatch(verbose, redis.url)
  t.equal((await fetch(`${gateway.url}/a`)).status, 503)
  await redis.start()
  await ready(gateway.admin)
  await eventually(async () => (await fetch(`${gateway.url}/a`)).status === 200)
})

t.test('each entry counts for itself in one Redis', { skip: noRedis }, async t => {
  const redis = await TestRedis.start(t)
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const limits = [
    { limit: 5, per: '24h', store: redis.url },
    { limit: 5, per: '24h', store: redis.url }
  ]
  const gateway = await gatewayProcess(t, configured(t, url, ...limits))
  await ready(gateway.admin)
  const response = await fetch(`${gateway.url}/a`)
  t.equal(response.headers.get('ratelimit'), '"limit-1";r=4;t=17280, "rate-limit";r=4;t=17280')
})

t.test('a batch counts for all of its calls in Redis, or for none', { skip: noRedis }, async t => {
  const redis = await TestRedis.start(t)
  const { url } = await upstream(t, (req, res) => void req.resume().on('end', () => res.end()))
  const gateway = await gatewayProcess(t, configured(t, url, { by: 'tool', limit: 2, per: '24h', store: redis.url }))
  await ready(gateway.admin)
  const status = async (...names: readonly string[]) => {
    const calls = names.map((name, id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } }))
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${gateway.url}/a`, { method: 'POST', body: JSON.stringify(calls), headers })).status
  }
  t.strictSame([await status('a', 'b', 'b', 'b'), await status('a', 'a', 'b')], [429, 200])
  t.strictSame([await status('b', 'a'), await status('b'), await status('b')], [429, 200, 429])
})

for (const onStoreError of ['allow', 'deny'] as const) {
  t.test(`a store that hangs holds nobody up, onStoreError: ${onStoreError}`, { skip: noRedis }, async t => {
    const redis = await TestRedis.start(t)
    const { url } = await upstream(t, (_req, res) => void res.end('served'))
    const limit = { limit: 5, per: '24h', store: redis.url, onStoreError }
    const gateway = await gatewayProcess(t, configured(t, url, limit))
    await ready(gateway.admin)
    const ask = async () => (await fetch(`${gateway.url}/a`)).status
    t.equal(await ask(), 200)
    redis.hang()
    t.teardown(() => redis.goOn())
    const away = onStoreError === 'allow' ? 200 : 503
    const asked = await Promise.all(Array.from({ length: 20 }, ask))
    t.strictSame([...new Set(asked)], [away], 'while its connection is there')
    redis.goOn()
    await eventually(async () => (await ask()) === 429)
  })
}

for (const [onStoreError, status] of [
  ['allow', 200],
  ['deny', 503]
] as const) {
  t.test(`a store that takes connections and never answers, onStoreError: ${onStoreError}`, async t => {
    const store = await rawUpstream(t, socket => void socket.resume())
    const { url } = await upstream(t, (_req, res) => void res.end('served'))
    const limit = { limit: 5, per: '24h', store: store.replace('http:', 'redis:'), onStoreError }
    const gateway = await gatewayProcess(t, configured(t, url, limit))
    t.equal((await fetch(`${gateway.url}/a`)).status, status)
  })
}

t.test('a store that falls silent is left, and taken again once it answers', { skip: noRedis }, async t => {
  const redis = await TestRedis.start(t)
  const connections: { fallSilent(): void }[] = []
  const store = await rawUpstream(t, socket => {
    const onward = connect(Number(new URL(redis.url).port))
    onward.on('error', () => {})
    socket.on('close', () => onward.destroy())
    socket.pipe(onward).pipe(socket)
    connections.push({ fallSilent: () => void onward.unpipe(socket).resume() })
  })
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const limit = { limit: 1000, per: '24h', store: store.replace('http:', 'redis:') }
  const gateway = await gatewayProcess(t, configured(t, url, limit))
  await ready(gateway.admin)
  t.equal((await fetch(`${gateway.url}/a`)).status, 200)
  const [first] = connections
  first!.fallSilent()
  t.equal((await fetch(`${gateway.url}/a`)).status, 503)
  await eventually(async () => (await fetch(`${gateway.url}/a`)).status === 200)
  t.ok(connections.length > 1)
})
