import { type FSWatcher, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeContext, fakeExchange } from '@sluice/test-kit'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import t, { type Test } from 'tap'
import type { JwtEntraConfig } from '../src/config.ts'
import { createJwtEntra } from '../src/filter.ts'
import { KeySet } from '../src/key-set.ts'
import type { KeySource } from '../src/key-source.ts'
import { importKeys } from '../src/openid/import-keys.ts'
import { KeyFile } from '../src/openid/key-file.ts'
import { readSettings } from '../src/settings.ts'
import type { Answered } from '../src/http-get.ts'
import { answered, ManualRuntime, until } from './manual-runtime.ts'
import { tenant } from './tokens.ts'

const issuer = 'https://id.contoso.example'
const url = 'https://id.contoso.example/keys'
const audience = 'https://mcp.contoso.example/mcp'
const minute = 60_000
const hour = 60 * minute

interface Pair {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

const pair = async (kid: string, alg = 'ES256', options: object = {}): Promise<Pair> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, ...options })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid } }
}

const [one, two] = await Promise.all([pair('one'), pair('two')])

const config = (extra: Partial<JwtEntraConfig> = {}): JwtEntraConfig => ({
  issuer,
  jwks: { url },
  audiences: [audience],
  ...extra
})

/** A provider that answers without a network; `undefined` for one that is away. */
class Provider extends ManualRuntime {
  keys: readonly unknown[] | undefined = []
  fetches = 0

  override async get(): Promise<Answered> {
    this.fetches++
    if (this.keys === undefined) throw new Error('away')
    return answered({ keys: this.keys })
  }
}

const entryOf = (t: Test, provider: Provider, extra: Partial<JwtEntraConfig> = {}, directory = '/') => {
  const ctx = fakeContext({ directory })
  const filter = createJwtEntra(config(extra), ctx, provider)
  t.teardown(() => ctx.close())
  const token = ({ privateKey, jwk }: Pair) =>
    new SignJWT({ iss: issuer, aud: audience, sub: 's', scope: 'a', exp: provider.time / 1000 + 100 * 3600 })
      .setProtectedHeader({ alg: 'ES256', kid: jwk.kid! })
      .sign(privateKey)
  return {
    ctx,
    age: () => ctx.metrics.value('sluice_key_set_age_seconds', issuer, ''),
    async send(by: Pair) {
      const rawHeaders = ['Authorization', `Bearer ${await token(by)}`]
      return (await filter.onRequest?.(fakeExchange({ rawHeaders })))?.code
    }
  }
}

void t.test('an unknown key is looked for after 30 s, then at most every 5 minutes', async t => {
  const provider = new Provider()
  provider.keys = [one.jwk]
  const { send, age } = entryOf(t, provider)
  await until(() => age() === 0)
  provider.keys = [one.jwk, two.jwk]
  provider.advance(29_000)
  t.equal(await send(two), 'SLUICE_AUTH_KEY_UNKNOWN')
  t.equal(provider.fetches, 1)
  provider.advance(1000)
  t.same(await Promise.all([send(two), send(two), send(one)]), [undefined, undefined, undefined])
  t.equal(provider.fetches, 2)
  provider.keys = [one.jwk]
  provider.advance(5 * minute - 1)
  const made = { ...two, jwk: { ...two.jwk, kid: 'made-up' } }
  t.equal(await send(made), 'SLUICE_AUTH_KEY_UNKNOWN')
  t.equal(provider.fetches, 2)
})

void t.test('keys that cannot be refreshed are believed for maxStale, then 503', async t => {
  const provider = new Provider()
  provider.keys = [one.jwk]
  const { send, age, ctx } = entryOf(t, provider)
  await until(() => age() === 0)
  t.equal(await send(one), undefined)
  provider.keys = undefined
  provider.advance(hour)
  await until(() => ctx.log.lines.some(({ level }) => level === 'warn'))
  t.equal(await send(one), undefined)
  provider.time += 23 * hour
  t.equal(await send(one), undefined)
  provider.time += 1
  t.equal(await send(one), 'SLUICE_AUTH_KEYS_STALE', 'also what is remembered')
})

void t.test('a file that went away is believed for maxStale, and no watcher outlives its entry', async t => {
  const provider = new Provider()
  const directory = t.testdir({ 'keys.json': JSON.stringify({ keys: [one.jwk] }) })
  const { send, age, ctx } = entryOf(t, provider, { jwks: { file: './keys.json' } }, directory)
  t.equal(age(), 0, 'there at once')
  t.equal(await send(one), undefined)
  rmSync(join(directory, 'keys.json'))
  await until(() => ctx.log.lines.some(({ level }) => level === 'warn'))
  provider.time += 24 * hour
  t.equal(await send(one), undefined)
  provider.time += 1
  t.equal(await send(one), 'SLUICE_AUTH_KEYS_STALE')
  writeFileSync(join(directory, 'new.json'), JSON.stringify({ keys: [two.jwk] }))
  renameSync(join(directory, 'new.json'), join(directory, 'keys.json'))
  await until(() => ctx.log.lines.some(({ message }) => message === 'signing keys fetched again'))
  t.equal(await send(two), undefined)
  const probe = watch(directory)
  probe.close()
  const watcher = Object.getPrototypeOf(probe) as FSWatcher
  const closed = t.capture(watcher, 'close', watcher.close)
  ctx.close()
  t.equal(closed().length, 1)
  t.equal(provider.timers, 0)
})

void t.test('a file that is replaced before its folder is watched is read again', async t => {
  const file = join(t.testdir({ 'keys.json': JSON.stringify({ keys: [one.jwk] }) }), 'keys.json')
  const keys = new KeyFile(issuer, file)
  keys.readAtStart()
  writeFileSync(file, JSON.stringify({ keys: [one.jwk, two.jwk] }))
  const stopped = new AbortController()
  t.teardown(() => stopped.abort())
  await new Promise<void>(resolve => keys.watch(resolve, stopped.signal, fakeContext().log))
  t.same([...(await keys.fetch()).keys.keys()], ['one', 'two'])
})

void t.test('a change that is seen during a fetch is not lost with it', async t => {
  const runtime = new ManualRuntime()
  const fetches: (() => void)[] = []
  let change = () => {}
  const source: KeySource = {
    about: {},
    async fetch() {
      await new Promise<void>(resolve => fetches.push(resolve))
      return { issuer, ...importKeys({ keys: [(fetches.length === 1 ? one : two).jwk] }) }
    },
    watch: changed => void (change = changed)
  }
  const keySet = new KeySet(source, { refreshMs: hour, runtime, log: fakeContext().log, age: () => {} })
  t.teardown(() => keySet.close())
  change()
  change()
  fetches[0]?.()
  await until(() => fetches.length === 2)
  t.ok(keySet.find('one'))
  fetches[1]?.()
  await until(() => keySet.find('two') !== undefined)
  t.equal(fetches.length, 2, 'and two changes are one more fetch')
})

void t.test('a key verifies what it says that it is for, and nothing else', async t => {
  const [rsa, p384, ed, short] = await Promise.all([
    pair('rsa', 'RS256'),
    pair('p384', 'ES384'),
    pair('ed', 'Ed25519'),
    import('node:crypto').then(({ generateKeyPairSync }) =>
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    )
  ])
  const algorithms = (...keys: unknown[]) => {
    const { keys: imported, skipped } = importKeys({ keys })
    return { skipped, list: [...imported.values()].map(({ id, algorithms }) => `${id}: ${algorithms.join(' ')}`) }
  }
  t.same(algorithms(rsa.jwk, one.jwk, p384.jwk, ed.jwk), {
    skipped: 0,
    list: ['rsa: RS256 RS384 RS512 PS256 PS384 PS512', 'one: ES256', 'p384: ES384', 'ed: EdDSA Ed25519']
  })
  t.same(algorithms({ ...rsa.jwk, alg: 'PS384' }), { skipped: 0, list: ['rsa: PS384'] })
  const useless = [
    null,
    'text',
    { ...rsa.jwk, alg: 'HS256' },
    { ...rsa.jwk, alg: 'RSA-OAEP' },
    { ...one.jwk, alg: 'ES384' },
    { ...one.jwk, crv: 'P-384' },
    { ...one.jwk, crv: 'secp256k1' },
    { ...one.jwk, kty: 'oct', k: 'c2VjcmV0' },
    { ...one.jwk, kty: 'RSA' },
    { ...one.jwk, x: 1 },
    { ...one.jwk, kid: 1 },
    { ...one.jwk, kid: '' },
    { ...one.jwk, use: 'enc' },
    { ...one.jwk, key_ops: ['sign'] },
    { ...one.jwk, key_ops: 'verify' },
    { ...one.jwk, d: 'AAAA' },
    { ...short, kid: 'short' },
    { ...p384.jwk, kid: 'one' }
  ]
  t.same(algorithms(one.jwk, ...useless), { skipped: useless.length, list: ['one: ES256'] })
  for (const jwk of useless.slice(0, -1)) {
    t.throws(() => importKeys({ keys: [jwk] }), { message: /no public key/ }, JSON.stringify(jwk))
  }
})

void t.test('settings of another provider: what is unsafe, or belongs to Entra, is refused at its key', async t => {
  const table: readonly [Partial<JwtEntraConfig>, (string | number)[] | undefined, RegExp][] = [
    [{ tenant }, undefined, /exactly one/],
    [{ jwks: {} }, ['jwks'], /either url or file/],
    [{ jwks: { url, file: 'keys.json' } }, ['jwks'], /either url or file/],
    [{ jwks: { url: 'http://id.contoso.example/keys' } }, ['jwks', 'url'], /must be https/],
    [{ jwks: { url: 'file:///etc/passwd' } }, ['jwks', 'url'], /must be https/],
    [{ jwks: { url: 'https://user:secret@id.contoso.example/keys' } }, ['jwks', 'url'], /no user/],
    [{ jwks: { url: 'keys' } }, ['jwks', 'url'], /not a URL/],
    [{ issuer: `https://login.microsoftonline.com/${tenant}/v2.0` }, ['issuer'], /under tenant/],
    [{ issuer: `https://sts.windows.net/${tenant}/` }, ['issuer'], /under tenant/],
    [{ issuer: `https://${tenant}.ciamlogin.com/${tenant}/v2.0` }, ['issuer'], /under tenant/]
  ]
  for (const [extra, configPath, message] of table) {
    const wanted = configPath === undefined ? { message } : { message, configPath }
    t.throws(() => readSettings(config(extra), '/'), wanted, JSON.stringify(extra))
  }
  t.throws(() => readSettings({ audiences: [audience] }, '/'), { message: /exactly one/ })
  t.match(readSettings(config({ jwks: { file: 'keys.json' } }), '/etc/sluice'), {
    jwks: { file: '/etc/sluice/keys.json' }
  })
  t.match(readSettings(config({ jwks: { url: 'http://127.0.0.1:9/keys' } }), '/'), { provider: 'openid', issuer })
})
