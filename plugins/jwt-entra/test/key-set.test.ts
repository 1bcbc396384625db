import { SharedValues } from '@sluice/test-kit'
import t from 'tap'
import { Gateway, type Entry } from './gateway.ts'
import { until } from './manual-runtime.ts'
import { makeKey } from './open-id-provider.ts'
import { headerOf, tenant, v1Claims, writeToken } from './tokens.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const unavailable = { status: 503, code: 'SLUICE_AUTH_KEYS_UNAVAILABLE', headers: [['retry-after', '5']] }

const settled = (entry: Entry) => entry.ctx.readinesses.get(`signing keys of ${tenant}`)!
const [next, afterNext, never] = await Promise.all([makeKey('next'), makeKey('after-next'), makeKey('never')])

/** Waits until the sets were fetched at the clock's present time. */
const refreshed = (gateway: Gateway, entry: Entry) =>
  until(() => gateway.age(entry, '2.0') === 0 && gateway.age(entry, '1.0') === 0)

void t.test('the age of keys that nobody uses any more is no number, so that no alert holds for it', async t => {
  const gateway = await Gateway.start(t)
  const values = new SharedValues()
  const first = await gateway.entry({}, { values })
  const second = gateway.create({}, { values, metrics: first.ctx.metrics })
  gateway.runtime.advance(hour / 2)
  t.equal(gateway.age(first, '2.0'), 1800)
  first.ctx.close()
  t.equal(gateway.age(first, '2.0'), 1800, 'somebody still uses them')
  second.ctx.close()
  t.ok(Number.isNaN(gateway.age(first, '2.0')))
  t.ok(Number.isNaN(gateway.age(first, '1.0')))
})

void t.test('a new key is found at once after 30 s, and then at most every 5 minutes', async t => {
  const gateway = await Gateway.start(t)
  const { provider, runtime, key } = gateway
  const entry = await gateway.entry()
  const unknown = (kid: string) => entry.send(gateway.token({}, { kid }, never))
  const fetches = () => provider.keyFetches('2.0')
  t.equal(fetches(), 1)

  runtime.advance(29 * second)
  const early = unknown('a')
  t.notOk(early instanceof Promise, 'a key set of this age is not fetched again, and nobody waits')
  t.match(await early, { status: 401, code: 'SLUICE_AUTH_KEY_UNKNOWN' })

  runtime.advance(second)
  provider.keys = [key.jwk, next.jwk]
  const tokens = Array.from({ length: 20 }, (_, i) => gateway.token({ uti: String(i) }, {}, next))
  t.same(new Set(await Promise.all(tokens.map(async token => entry.send(token)))), new Set([undefined]))
  t.equal(fetches(), 2, 'all who wait share one fetch')

  runtime.advance(5 * minute - second)
  provider.keys = [key.jwk, next.jwk, afterNext.jwk]
  t.equal((await entry.send(gateway.token({}, {}, afterNext)))?.code, 'SLUICE_AUTH_KEY_UNKNOWN')
  t.equal(fetches(), 2)
  runtime.advance(second)
  t.equal(await entry.send(gateway.token({}, {}, afterNext)), undefined)
  t.equal(fetches(), 3)

  runtime.advance(hour)
  await refreshed(gateway, entry)
  t.equal(fetches(), 4, 'the hourly refresh')
  runtime.advance(30 * second)
  t.equal((await unknown('b'))?.code, 'SLUICE_AUTH_KEY_UNKNOWN')
  t.equal(fetches(), 5, 'the first unknown key after it is looked for')
})

void t.test('an unknown key is looked for anew once a failed fetch was made good', async t => {
  const gateway = await Gateway.start(t)
  const { provider, runtime, key } = gateway
  const entry = await gateway.entry()
  runtime.advance(minute)
  provider.intercept = (_, response) => {
    response.writeHead(500).end()
    return true
  }
  t.match(await entry.send(gateway.token({}, {}, next)), unavailable, 'it may be a new key')
  provider.intercept = () => false
  runtime.advance(second)
  await until(() => gateway.age(entry, '2.0') === 0)
  t.equal((await entry.send(gateway.token({}, {}, next)))?.code, 'SLUICE_AUTH_KEY_UNKNOWN')
  provider.keys = [key.jwk, next.jwk]
  runtime.advance(30 * second)
  t.equal(await entry.send(gateway.token({}, {}, next)), undefined)
})

void t.test('version 1 and version 2 keys are looked for apart', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry()
  gateway.runtime.advance(minute)
  gateway.provider.keys = [gateway.key.jwk, next.jwk]
  t.equal(
    await entry.send(writeToken(headerOf(next), v1Claims(gateway.provider, gateway.runtime.time), next)),
    undefined
  )
  t.same([gateway.provider.keyFetches('1.0'), gateway.provider.keyFetches('2.0')], [2, 1])
})

void t.test('a gateway without keys answers 503 and tries ever more slowly until it has them', async t => {
  const gateway = await Gateway.start(t)
  const { provider, runtime } = gateway
  const metadata = `/${tenant}/v2.0/.well-known/openid-configuration`
  let attempts = 0
  let failed = 0
  provider.intercept = ({ url }, response) => {
    if (url !== metadata) return false
    attempts++
    response.on('close', () => failed++)
    response.writeHead(500).end('down')
    return true
  }
  const entry = gateway.create()
  t.match(await entry.send(gateway.token()), unavailable)
  await settled(entry).whenNotReady
  t.match(settled(entry).reason, /openid-configuration answered 500/)
  // The version 1 set reads this document too.
  for (const delay of [1, 2, 4, 8, 16, 32, 60, 60]) {
    await until(() => runtime.timers === 4 && failed === attempts)
    const before = attempts
    runtime.advance(delay * second - 1)
    t.equal(attempts, before, `not before ${delay} s`)
    runtime.advance(1)
    await until(() => attempts === before + 2)
  }
  t.match(await entry.send(gateway.token()), unavailable)
  const warnings = entry.ctx.log.lines.filter(({ level }) => level === 'warn')
  t.equal(warnings.length, 2, 'one line for each set, not one for each attempt')
  t.match(warnings[0]?.fields, { tenant, reason: /answered 500/ })

  provider.intercept = () => false
  await until(() => runtime.timers === 4)
  runtime.advance(minute)
  await settled(entry).whenReady
  t.equal(await entry.send(gateway.token()), undefined)

  await refreshed(gateway, entry)
  provider.intercept = (_, response) => {
    attempts++
    response.writeHead(500).end()
    return true
  }
  for (const delay of [hour, second]) {
    await until(() => runtime.timers === 4)
    const before = attempts
    runtime.advance(delay)
    await until(() => attempts === before + 2)
  }
  t.pass('the next failure begins with the shortest delay again')
})

void t.test('version 1 keys that are not published keep nobody waiting', async t => {
  const gateway = await Gateway.start(t)
  gateway.provider.metadata['1.0'] = { jwks_uri: 'none' }
  const entry = gateway.create()
  await settled(entry).whenReady
  t.equal(await entry.send(gateway.token()), undefined)
  const v1 = writeToken(headerOf(gateway.key), v1Claims(gateway.provider, gateway.runtime.time), gateway.key)
  t.match(await entry.send(v1), unavailable)
})

void t.test('keys are kept while they cannot be refreshed, and not believed after maxStale', async t => {
  const gateway = await Gateway.start(t)
  const { provider, runtime } = gateway
  const entry = await gateway.entry()
  const lasting = gateway.token({ exp: runtime.time / 1000 + 30 * 24 * 3600 })
  t.equal(await entry.send(lasting), undefined)
  provider.intercept = (_, response) => {
    response.writeHead(503).end()
    return true
  }
  runtime.advance(24 * hour)
  t.equal(entry.send(lasting), undefined, 'remembered')
  t.equal(await entry.send(gateway.token()), undefined, 'new')
  await settled(entry).whenNotReady
  t.equal((await entry.send(gateway.token({}, {}, next)))?.code, 'SLUICE_AUTH_KEYS_UNAVAILABLE', 'it may be a new key')

  runtime.advance(1)
  for (const token of [lasting, gateway.token({ uti: 'x' })]) {
    const reply = await entry.send(token)
    t.match(reply, { status: 503, code: 'SLUICE_AUTH_KEYS_STALE' })
    t.notOk(reply?.challenges)
  }
  t.equal(gateway.age(entry, '2.0'), 24 * 3600)

  await until(() => runtime.timers === 4)
  provider.intercept = () => false
  runtime.advance(minute)
  await refreshed(gateway, entry)
  t.equal(settled(entry).state, 'ready')
  t.equal(entry.send(lasting), undefined)
})

void t.test('an entry of the key set that is of no use does not spoil the others', async t => {
  const gateway = await Gateway.start(t)
  const { provider, key } = gateway
  const { n, e } = key.jwk
  const named = (kid: string, extra: object) => ({ kty: 'RSA', n, e, kid, ...extra })
  const useless: Record<string, unknown> = {
    text: 'key',
    null: null,
    'no-material': { kid: 'no-material', kty: 'RSA' },
    'not-base64': named('not-base64', { n: '!'.repeat(342) }),
    short: named('short', { n: n?.slice(0, 171) }),
    elliptic: { kid: 'elliptic', kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
    encryption: named('encryption', { use: 'enc' }),
    'other-alg': named('other-alg', { alg: 'RS512' }),
    symmetric: { kid: 'symmetric', kty: 'oct', k: 'AAAA' },
    nameless: { kty: 'RSA', n, e }
  }
  provider.keys = [...Object.values(useless), key.jwk, { ...next.jwk, kid: key.kid }]
  const entry = await gateway.entry()
  t.equal(await entry.send(gateway.token()), undefined, 'the first of two keys with one kid counts')
  for (const kid of Object.keys(useless)) {
    t.equal((await entry.send(gateway.token({}, { kid })))?.code, 'SLUICE_AUTH_KEY_UNKNOWN', kid)
  }
})

void t.test('a key set without a usable key is no key set', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry()
  gateway.provider.keys = []
  gateway.runtime.advance(hour)
  await settled(entry).whenNotReady
  t.match(settled(entry).reason, /no RSA signing key/)
  t.equal(await entry.send(gateway.token()), undefined)
})

void t.test('what is shared ends with its last user', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry()
  t.ok(gateway.runtime.timers > 0)
  entry.ctx.close()
  t.equal(gateway.runtime.timers, 0)
})
