import t from 'tap'
import { SharedValues } from '@sluice/test-kit'
import { Gateway } from './gateway.ts'
import { until } from './manual-runtime.ts'
import { makeKey } from './open-id-provider.ts'
import { api, apiUri, otherTenant } from './tokens.ts'

const minute = 60_000
const hour = 60 * minute

void t.test('a token is verified at once, and from then on has the same principal', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry()
  const token = gateway.token()
  t.equal(entry.send(token), undefined)
  const principal = await entry.verdict(token)
  t.type(principal, 'object')
  t.equal(await entry.verdict(token), principal)
})

void t.test('requests that wait for the same key share one verification', async t => {
  const gateway = await Gateway.start(t)
  const { provider, runtime, key } = gateway
  const entry = await gateway.entry()
  const next = await makeKey('next')
  provider.keys = [key.jwk, next.jwk]
  runtime.time += minute
  const token = gateway.token({}, {}, next)
  t.ok(entry.send(token) instanceof Promise)
  const concurrent = await Promise.all([entry.verdict(token), entry.verdict(token)])
  t.type(concurrent[0], 'object')
  t.equal(concurrent[0], concurrent[1])
  t.equal(await entry.verdict(token), concurrent[0])
})

void t.test('a token that differs anywhere is another token', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry()
  const token = gateway.token()
  const principal = await entry.verdict(token)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...Object(claims), scp: 'admin' })).toString('base64url')
  t.match(await entry.send(`${header}.${forged}.${signature}`), { code: 'SLUICE_AUTH_SIGNATURE_INVALID' })
  const start = signature.startsWith('A') ? 'B' : 'A'
  t.match(await entry.send(`${header}.${payload}.${start}${signature.slice(1)}`), {
    code: 'SLUICE_AUTH_SIGNATURE_INVALID'
  })
  t.equal(await entry.verdict(token), principal, 'and the forgeries took nothing from the memory')
})

void t.test('exp and nbf are checked again at every hit', async t => {
  const gateway = await Gateway.start(t)
  const { runtime } = gateway
  const entry = await gateway.entry()
  const token = gateway.token({ exp: runtime.time / 1000 + 600, nbf: runtime.time / 1000 })
  await entry.send(token)
  const end = runtime.time + 10 * minute + minute
  runtime.time = end - 1
  t.equal(entry.send(token), undefined)
  runtime.time = end
  t.match(entry.send(token), { code: 'SLUICE_AUTH_TOKEN_EXPIRED' })
  // A clock that was set back.
  runtime.time = end - 20 * minute
  t.match(entry.send(token), { code: 'SLUICE_AUTH_TOKEN_NOT_YET_VALID' })
})

void t.test('what a key verified lives through its refresh and dies with it', async t => {
  const gateway = await Gateway.start(t)
  const { provider, runtime, key } = gateway
  const entry = await gateway.entry()
  const token = gateway.token({ exp: runtime.time / 1000 + 24 * 3600 })
  const principal = await entry.verdict(token)
  const refresh = async () => {
    runtime.advance(hour)
    await until(() => gateway.age(entry, '2.0') === 0)
  }
  await refresh()
  t.equal(provider.keyFetches('2.0'), 2)
  t.equal(await entry.verdict(token), principal, 'still remembered after a refresh that brought the same key')

  provider.keys = [(await makeKey(key.kid)).jwk]
  await refresh()
  t.equal((await entry.send(token))?.code, 'SLUICE_AUTH_SIGNATURE_INVALID', 'another key under its kid')

  provider.keys = [key.jwk]
  await refresh()
  t.equal(await entry.send(token), undefined)
  provider.keys = [(await makeKey('successor')).jwk]
  await refresh()
  t.equal((await entry.send(token))?.code, 'SLUICE_AUTH_KEY_UNKNOWN', 'no longer published')
})

void t.test('entries share verdicts only if their settings are the same in every point', async t => {
  const gateway = await Gateway.start(t)
  const values = new SharedValues()
  const options = { values }
  const token = gateway.token()
  const first = await gateway.entry({}, options)
  const principal = await first.verdict(token)
  t.type(principal, 'object')
  const fetches = gateway.provider.keyFetches('2.0')

  const same = gateway.create({ audiences: [apiUri, api.toUpperCase()], mode: 'optional' }, options)
  t.equal(await same.verdict(token), principal, 'the same settings, written differently, on another entry')

  const others = [
    { audiences: [otherTenant] },
    { clients: [otherTenant] },
    { clockSkew: '59s' },
    { deviceBound: 'allow' },
    { tenant: [gateway.provider.tenant, otherTenant] }
  ] as const
  for (const config of others) {
    const other = gateway.create(config, options)
    t.not(await other.verdict(token), principal, JSON.stringify(config))
  }
  t.equal((await gateway.create(others[0], options).send(token))?.code, 'SLUICE_AUTH_AUDIENCE_REFUSED')
  t.equal(gateway.provider.keyFetches('2.0'), fetches, 'but they share the keys')
})

void t.test('verdicts and keys live through a reload', async t => {
  const gateway = await Gateway.start(t)
  const options = { values: new SharedValues() }
  const before = await gateway.entry({}, options)
  const token = gateway.token()
  await before.send(token)
  const after = gateway.create({}, options)
  before.ctx.close()
  t.equal(after.send(token), undefined)
  t.equal(after.ctx.readinesses.size, 1)
  t.equal([...after.ctx.readinesses.values()][0]?.state, 'ready', 'ready at once')
  gateway.provider.keys = []
  gateway.runtime.advance(hour)
  await [...after.ctx.readinesses.values()][0]?.whenNotReady
  t.equal([...before.ctx.readinesses.values()][0]?.state, 'ready', 'the old configuration is told nothing more')
})

void t.test('the least recently used token is forgotten first', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry({ cache: { max: 2 } })
  const [a, b, c] = [gateway.token({ uti: 'a' }), gateway.token({ uti: 'b' }), gateway.token({ uti: 'c' })]
  const first = await entry.verdict(a)
  const second = await entry.verdict(b)
  await entry.verdict(a)
  const third = await entry.verdict(c)
  t.equal(await entry.verdict(a), first)
  t.equal(await entry.verdict(c), third)
  t.not(await entry.verdict(b), second)
})
