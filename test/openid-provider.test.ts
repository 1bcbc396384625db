import { createHmac, createPublicKey } from 'node:crypto'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGateway } from '@sluice/core'
import type { Principal } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { recordingLog } from './support/log.ts'
import { AUDIENCE, claims, ISSUER, keyServer, sign, signingPair } from './support/openid-provider.ts'
import { settled } from './support/settled.ts'
import { closedPort, upstream } from './support/upstream.ts'

const OTHER = 'https://id.fabrikam.example'
const [key, rsa, ed, stranger] = await Promise.all([
  signingPair('k1'),
  signingPair('k2', 'PS256'),
  signingPair('k3', 'Ed25519'),
  signingPair('k1')
])

/** Tells the test who the gateway says is calling. */
const witness = `export default {
  name: 'witness', version: '1.0.0', api: 1, configSchema: { type: 'object' }, reads: ['principal'],
  create: (config, ctx) => {
    const principal = ctx.fact('principal')
    return { onUpstream: (head, x) => void head.set('x-principal', JSON.stringify(principal.get(x))) }
  }
}`

/** A gateway with one route for each configuration of jwt-entra, at /0, /1 …, in front of a server that echoes. */
const guarded = async (t: Test, ...jwts: Record<string, unknown>[]) => {
  const folder = t.testdir({ 'witness.js': witness })
  const { url } = await upstream(t, (req, res) => void res.end(req.headers['x-principal']))
  const routes = jwts.map((jwt, i) => ({
    name: `r${i}`,
    path: `/${i}`,
    upstream: url,
    filters: [{ 'jwt-entra': { issuer: ISSUER, audiences: [AUDIENCE], ...jwt } }, { './witness.js': {} }]
  }))
  const file = join(folder, 'sluice.yaml')
  const config = { publicUrl: 'http://127.0.0.1', listen: { port: 0 }, admin: { port: 0 }, shutdown: { grace: '0s' } }
  const write = (change: (route: (typeof routes)[number]) => object): void =>
    writeFileSync(file, JSON.stringify({ ...config, routes: routes.map(change) }))
  write(route => route)
  const { log, lines } = recordingLog()
  const start = async () => {
    const gateway = createGateway(file, { env: {}, pluginBases: [import.meta.url], log })
    await gateway.start()
    t.teardown(() => gateway.close())
    const send = (token: string, route = 0) =>
      fetch(`${gateway.url}/${route}`, { headers: { authorization: `Bearer ${token}` } })
    return {
      admin: gateway.adminUrl,
      send,
      /** The refusal's status and code, or the principal. */
      async verdict(token: string, route = 0): Promise<string | Principal> {
        const res = await send(token, route)
        const text = await res.text()
        if (res.status === 200) return JSON.parse(text) as Principal
        return `${res.status} ${res.headers.get('x-sluice-error')}`
      },
      reload: () => gateway.reload(),
      ready: async () => (await fetch(`${gateway.adminUrl}/readyz`)).status === 200
    }
  }
  return { folder, lines, start, write }
}

/** The same, ready. */
const ready = async (t: Test, ...jwts: Record<string, unknown>[]) => {
  const { start, ...rest } = await guarded(t, ...jwts)
  const gateway = await start()
  while (!(await gateway.ready()));
  return { ...gateway, ...rest }
}

t.test('a token of the issuer passes, and says who is calling', async t => {
  const { url } = await keyServer(t, [key.jwk, rsa.jwk, ed.jwk])
  const { verdict, send, admin } = await ready(t, { jwks: { url } })
  const expected = { tenantId: ISSUER, objectId: 'ada', clientId: 'vscode', kind: 'user', scopes: ['mcp_access'] }
  for (const pair of [key, rsa, ed]) t.match(await verdict(await sign(pair)), expected, pair.alg)
  const token = await sign(key)
  t.match(await verdict(token), expected)
  t.match(await verdict(token), expected, 'remembered')
  const anonymous = await fetch((await send(token)).url)
  t.notMatch(anonymous.headers.get('www-authenticate'), /error/)
  t.match(await (await fetch(`${admin}/metrics`)).text(), `sluice_key_set_age_seconds{tenant="${ISSUER}",version=""}`)
})

t.test('the claims of the token become the principal', async t => {
  const { url } = await keyServer(t, [key.jwk])
  const { verdict } = await ready(t, { jwks: { url }, audiences: [AUDIENCE, 'mcp-api'] })
  const cases: [Record<string, unknown>, Partial<Principal>][] = [
    [{ client_id: undefined, azp: 'web' }, { clientId: 'web' }],
    [{ client_id: undefined }, { clientId: '', kind: 'user' }],
    [
      { sub: 'daemon', client_id: 'daemon', roles: 'Mcp Invoke' },
      { kind: 'app', scopes: [], roles: ['Mcp Invoke'] }
    ],
    [
      { client_id: undefined, azp: 'abc', sub: 'abc@clients' },
      { kind: 'app', scopes: [] }
    ],
    [{ gty: 'client-credentials' }, { kind: 'app', scopes: [] }],
    [
      { client_id: 'Daemon', preferred_username: 'service-account-daemon', clientHost: '10.0.0.1' },
      { kind: 'app', scopes: [] }
    ],
    [{ preferred_username: 'service-account-other', clientHost: '10.0.0.1' }, { kind: 'user' }],
    [{ client_id: 'portal', preferred_username: 'service-account-portal' }, { kind: 'user' }],
    [{ scope: ['a', 'b'] }, { scopes: ['a', 'b'] }],
    [{ scope: undefined, scp: 'a  b' }, { scopes: ['a', 'b'] }],
    [{ scope: undefined, scp: ['a'] }, { scopes: ['a'] }],
    [
      { scope: undefined, roles: ['r', 's'], groups: ['g'] },
      { scopes: [], roles: ['r', 's'], groups: ['g'] }
    ],
    [{ preferred_username: 'ada@contoso.example' }, { name: 'ada@contoso.example' }],
    [{ name: 'Ada', preferred_username: 'ada@contoso.example' }, { name: 'Ada' }],
    [{ aud: ['https://other.example', 'mcp-api'] }, { objectId: 'ada' }],
    [{ aud: `${AUDIENCE}/` }, { objectId: 'ada' }]
  ]
  for (const [extra, principal] of cases) {
    const found = Object(await verdict(await sign(key, claims(extra)))) as Principal
    t.same({ ...found, ...principal }, found, JSON.stringify(extra))
    t.equal(found.tenantId, ISSUER)
  }
})

t.test('what is no access token of the issuer is refused for its own reason', async t => {
  const { url } = await keyServer(t, [key.jwk, rsa.jwk, { ...ed.jwk, kid: 'no-verify', key_ops: ['sign'] }])
  const { verdict } = await ready(t, { jwks: { url }, clients: ['vscode', 'daemon'] })
  const good = await sign(key)
  const [head = '', payload = '', signature = ''] = good.split('.')
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const hmac = (alg: string, secret: string) => {
    const input = `${encode({ alg, kid: 'k2', typ: 'at+jwt' })}.${payload}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const pem = createPublicKey({ key: rsa.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const by = (extra: Record<string, unknown>, header = {}) => sign(key, claims(extra), header)
  const hugeList = Array.from({ length: 3000 }, (_, i) => (i === 2999 ? { scope: 'mcp_access' } : 'a'))
  const cases: Record<string, [string | Promise<string>, string]> = {
    'another issuer, signed by the same key': [by({ iss: OTHER }), '401 SLUICE_AUTH_ISSUER_REFUSED'],
    'the issuer with a slash more': [by({ iss: `${ISSUER}/` }), '401 SLUICE_AUTH_ISSUER_REFUSED'],
    'the issuer in another case': [by({ iss: ISSUER.replace('id', 'ID') }), '401 SLUICE_AUTH_ISSUER_REFUSED'],
    'a list of issuers': [by({ iss: [ISSUER] }), '401 SLUICE_AUTH_ISSUER_REFUSED'],
    'no issuer': [by({ iss: undefined }), '401 SLUICE_AUTH_ISSUER_REFUSED'],
    'alg none': [`${encode({ alg: 'none', kid: 'k1' })}.${payload}.AA`, '401 SLUICE_AUTH_ALGORITHM_NONE'],
    'alg none without a signature': [`${encode({ alg: 'none' })}.${payload}.`, '401 SLUICE_AUTH_ALGORITHM_NONE'],
    'HS256 with the public key': [hmac('HS256', String(pem)), '401 SLUICE_AUTH_ALGORITHM_SYMMETRIC'],
    'HS256 with the published JWK': [hmac('HS256', JSON.stringify(rsa.jwk)), '401 SLUICE_AUTH_ALGORITHM_SYMMETRIC'],
    'an algorithm that the key is not for': [
      `${encode({ alg: 'RS256', kid: 'k1' })}.${payload}.${signature}`,
      '401 SLUICE_AUTH_ALGORITHM_REFUSED'
    ],
    'a key of its own': [sign(stranger, claims(), { jwk: stranger.jwk }), '401 SLUICE_AUTH_KEY_EMBEDDED'],
    'typ of a logout token': [by({}, { typ: 'logout+jwt' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'typ of an ID token of its own': [by({}, { typ: 'id+jwt' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'typ that only contains the right one': [by({}, { typ: 'x/at+jwt' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'no kid': [by({}, { kid: undefined }), '401 SLUICE_AUTH_KEY_ID_MISSING'],
    'another key under a known kid': [sign(stranger), '401 SLUICE_AUTH_SIGNATURE_INVALID'],
    'a changed payload': [
      `${head}.${encode(claims({ sub: 'eve' }))}.${signature}`,
      '401 SLUICE_AUTH_SIGNATURE_INVALID'
    ],
    'a key that is not for verifying': [sign(ed, claims(), { kid: 'no-verify' }), '401 SLUICE_AUTH_KEY_UNKNOWN'],
    'no sub': [by({ sub: undefined }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'an empty sub': [by({ sub: '' }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'a sub that is a number': [by({ sub: 1 }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'no exp': [by({ exp: undefined }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    expired: [by({ exp: Math.floor(Date.now() / 1000) - 61 }), '401 SLUICE_AUTH_TOKEN_EXPIRED'],
    'another audience': [by({ aud: 'https://other.example' }), '401 SLUICE_AUTH_AUDIENCE_REFUSED'],
    'no audience': [by({ aud: undefined }), '401 SLUICE_AUTH_AUDIENCE_REFUSED'],
    'an audience that hides in an object': [
      by({ aud: [{ 0: AUDIENCE }, AUDIENCE] }),
      '401 SLUICE_AUTH_CLAIMS_MALFORMED'
    ],
    'a huge list of scopes with something else in it': [by({ scope: hugeList }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'scp of another type beside a good scope': [by({ scp: { mcp_access: true } }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'roles of another type': [by({ roles: [['r']] }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'groups of another type': [by({ groups: 'g' }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'a start that is no number': [by({ nbf: 'now' }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'a client id that is no text': [by({ client_id: ['vscode'] }), '401 SLUICE_AUTH_CLAIMS_MALFORMED'],
    'an ID token, by its nonce': [by({ nonce: 'n', roles: ['r'] }, { typ: 'JWT' }), '401 SLUICE_AUTH_ID_TOKEN'],
    'an ID token, by s_hash': [by({ s_hash: 'h' }, { typ: undefined }), '401 SLUICE_AUTH_ID_TOKEN'],
    'a refresh token of Keycloak': [by({ typ: 'Refresh' }, { typ: 'JWT' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'an offline token of Keycloak': [by({ typ: 'Offline' }, { typ: 'JWT' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'a token of another use': [by({ token_use: 'refresh' }, { typ: 'JWT' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'a logout token': [by({ events: {}, sid: 's' }, { typ: 'JWT' }), '401 SLUICE_AUTH_TYPE_REFUSED'],
    'an ID token, by at_hash': [by({ at_hash: 'h' }, { typ: undefined }), '401 SLUICE_AUTH_ID_TOKEN'],
    'an ID token, as Keycloak marks it': [by({ typ: 'ID' }, { typ: 'JWT' }), '401 SLUICE_AUTH_ID_TOKEN'],
    'neither scopes nor roles': [by({ scope: undefined }), '401 SLUICE_AUTH_KIND_UNKNOWN'],
    'scopes and roles that are empty': [by({ scope: ' ', roles: [''] }), '401 SLUICE_AUTH_KIND_UNKNOWN'],
    'another client': [by({ client_id: 'VSCode' }), '403 SLUICE_AUTH_CLIENT_REFUSED'],
    'an allowed client as azp behind another client_id': [
      by({ client_id: 'evil', azp: 'vscode' }),
      '403 SLUICE_AUTH_CLIENT_REFUSED'
    ],
    'a token that is bound to a key': [by({ cnf: { jkt: 'x' } }), '403 SLUICE_AUTH_DEVICE_BOUND']
  }
  for (const [what, [token, expected]] of Object.entries(cases)) t.equal(await verdict(await token), expected, what)
  t.match(await verdict(good), { objectId: 'ada' })
})

t.test('tokenType and allowWithoutScopes say how much a token must say of itself', async t => {
  const { url } = await keyServer(t, [key.jwk])
  const { verdict, lines } = await ready(
    t,
    { jwks: { url } },
    { jwks: { url }, tokenType: 'at+jwt' },
    { jwks: { url }, allowWithoutScopes: true },
    { jwks: { url }, allowWithoutScopes: true, tokenType: 'at+jwt' }
  )
  const passes = async (token: string) => {
    const verdicts = await Promise.all([0, 1, 2, 3].map(route => verdict(token, route)))
    return verdicts.map(one => typeof one === 'object')
  }
  const typed = (typ: unknown, extra = {}) => sign(key, claims(extra), { typ })
  for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt']) {
    t.same(await passes(await typed(typ)), [true, true, true, true], typ)
  }
  for (const typ of ['JWT', 'jwt', undefined])
    t.same(await passes(await typed(typ)), [true, false, true, false], String(typ))
  for (const typ of ['', 1, null, 'dpop+jwt']) t.same(await passes(await typed(typ)), [false, false, false, false])
  const bare = { scope: undefined }
  t.same(await passes(await typed('at+jwt', bare)), [false, false, true, true])
  t.same(await passes(await typed('JWT', bare)), [false, false, true, false])
  t.same(await passes(await typed('at+jwt', { nonce: 'n' })), [false, true, false, true], 'typed, it is believed')
  t.same(await passes(await typed('at+jwt', { token_use: 'mcp' })), [false, true, false, true], 'whatever else it has')
  const warned = lines.filter(({ fields }) => fields['code'] === 'SLUICE_AUTH_ID_TOKENS_PASS')
  t.same(
    warned.map(({ fields }) => fields['route']),
    ['r2']
  )
})

t.test('a kid names a key of the issuer of the route only, and verdicts are not shared', async t => {
  const [contoso, fabrikam] = [await keyServer(t, [key.jwk]), await keyServer(t, [stranger.jwk])]
  const { verdict } = await ready(
    t,
    { jwks: { url: contoso.url } },
    { jwks: { url: fabrikam.url }, issuer: OTHER },
    { jwks: { url: contoso.url }, issuer: OTHER },
    { jwks: { url: contoso.url }, audiences: ['https://other.example'] }
  )
  const ours = await sign(key)
  const theirs = await sign(stranger, claims({ iss: OTHER }))
  t.match(await verdict(ours, 0), { tenantId: ISSUER })
  t.match(await verdict(theirs, 1), { tenantId: OTHER })
  t.equal(await verdict(ours, 1), '401 SLUICE_AUTH_ISSUER_REFUSED')
  t.equal(await verdict(theirs, 0), '401 SLUICE_AUTH_ISSUER_REFUSED')
  t.equal(await verdict(theirs, 2), '401 SLUICE_AUTH_SIGNATURE_INVALID', 'the same kid in another set')
  t.equal(await verdict(ours, 2), '401 SLUICE_AUTH_ISSUER_REFUSED', 'the same keys, another issuer')
  t.equal(await verdict(ours, 3), '401 SLUICE_AUTH_AUDIENCE_REFUSED')
  t.equal(await verdict(await sign(key, claims({ iss: OTHER })), 1), '401 SLUICE_AUTH_SIGNATURE_INVALID')
})

t.test('without keys at the start: not ready, 503 and never 401, until they are there', async t => {
  const address = await closedPort()
  const { start, lines } = await guarded(t, { jwks: { url: `${address}/keys` } })
  const gateway = await start()
  await settled(() => lines.some(({ message }) => message.startsWith('signing keys could not be')), 'a failed fetch')
  t.equal(await gateway.ready(), false)
  t.match(
    await (await fetch(`${gateway.admin}/readyz?verbose`)).text(),
    `signing keys of ${ISSUER}: connect ECONNREFUSED`
  )
  const token = await sign(key)
  const res = await gateway.send(token)
  t.equal(res.status, 503)
  t.equal(res.headers.get('x-sluice-error'), 'SLUICE_AUTH_KEYS_UNAVAILABLE')
  t.equal(res.headers.get('www-authenticate'), null)
  await keyServer(t, [key.jwk], Number(new URL(address).port))
  while (!(await gateway.ready()));
  t.match(await gateway.verdict(token), { objectId: 'ada' })
})

const jwks = (...keys: unknown[]) => JSON.stringify({ keys })

t.test('a reload fetches no keys that are there, and forgets what other rules have let pass', async t => {
  const published = await keyServer(t, [key.jwk])
  const { verdict, reload, write, ready: isReady } = await ready(t, { jwks: { url: published.url } })
  const token = await sign(key)
  t.match(await verdict(token), { objectId: 'ada' })
  published.keys = [stranger.jwk]
  await reload()
  t.ok(await isReady())
  t.match(await verdict(token), { objectId: 'ada' })
  t.match(await verdict(await sign(key, claims({ sub: 'grace' }))), { objectId: 'grace' }, 'by the key that was there')
  const jwt = { issuer: ISSUER, audiences: ['mcp-api'], jwks: { url: published.url } }
  write(route => ({ ...route, filters: [{ 'jwt-entra': jwt }, { './witness.js': {} }] }))
  t.match(await reload(), { changed: ['r0'] })
  t.equal(await verdict(token), '401 SLUICE_AUTH_AUDIENCE_REFUSED')
})

t.test('a jwks file that is put in place by a rename is read at once', async t => {
  const { folder, start, lines } = await guarded(t, { jwks: { file: './keys.json' } })
  const put = (text: string) => {
    writeFileSync(join(folder, 'new.json'), text)
    renameSync(join(folder, 'new.json'), join(folder, 'keys.json'))
  }
  put(jwks(key.jwk))
  const gateway = await start()
  t.equal(await gateway.ready(), true, 'its keys are there before the gateway listens')
  const [old, next] = [await sign(key), await sign(rsa)]
  t.match(await gateway.verdict(old), { objectId: 'ada' })
  t.equal(await gateway.verdict(next), '401 SLUICE_AUTH_KEY_UNKNOWN')
  put(jwks(rsa.jwk))
  while (typeof (await gateway.verdict(next)) === 'string');
  t.equal(await gateway.verdict(old), '401 SLUICE_AUTH_KEY_UNKNOWN', 'what the old key verified is forgotten with it')

  put('{ "keys": [{ "kty": "oct", "k": "secret-secret" }] }')
  await settled(() => lines.some(({ level }) => level === 'warn'), 'a warning')
  const warning = lines.find(({ level }) => level === 'warn')
  t.match(warning, {
    message: /could not be fetched/,
    fields: { issuer: ISSUER, reason: /keys.json: .*no public key/ }
  })
  t.notMatch(JSON.stringify(lines), 'secret-secret')
  t.match(await gateway.verdict(next), { objectId: 'ada' }, 'the old keys stay')
  t.equal(await gateway.verdict(old), '503 SLUICE_AUTH_KEYS_UNAVAILABLE', 'a key that may stand in the broken file')
  put(jwks(key.jwk))
  while (typeof (await gateway.verdict(old)) === 'string');
  t.pass('and the next good file counts')
})

t.test('a jwks file behind a link that is swapped, as Kubernetes does it, is read at once', async t => {
  const { folder, start } = await guarded(t, { jwks: { file: 'keys/jwks.json' } })
  const at = (...names: string[]) => join(folder, 'keys', ...names)
  const version = (name: string, ...keys: unknown[]) => {
    mkdirSync(at(name), { recursive: true })
    writeFileSync(at(name, 'jwks.json'), jwks(...keys))
    symlinkSync(name, at('..data_tmp'))
    renameSync(at('..data_tmp'), at('..data'))
  }
  version('..1', key.jwk)
  symlinkSync('..data/jwks.json', at('jwks.json'))
  const gateway = await start()
  t.match(await gateway.verdict(await sign(key)), { objectId: 'ada' })
  version('..2', rsa.jwk)
  const next = await sign(rsa)
  while (typeof (await gateway.verdict(next)) === 'string');
  t.equal(await gateway.verdict(await sign(key)), '401 SLUICE_AUTH_KEY_UNKNOWN')
})

t.test('a jwks file without usable keys stops the start, with its place', async t => {
  const { privateKey: _, ...pair } = key
  const bad: Record<string, [string, RegExp]> = {
    'no JSON': ['{', /not JSON/],
    'no key set': ['[]', /no JWK set/],
    'no keys': [jwks(), /no public key with a kid/],
    'no kid': [jwks({ ...pair.jwk, kid: undefined }), /no public key with a kid/],
    'an encryption key': [jwks({ ...pair.jwk, use: 'enc' }), /no public key/],
    'a private key': [jwks({ ...pair.jwk, d: 'AAAA' }), /no public key/],
    'too long': [' '.repeat(1024 * 1024) + jwks(pair.jwk), /longer than 1 MiB/]
  }
  const { folder, start } = await guarded(t, { jwks: { file: 'keys.json' } })
  await t.rejects(start(), { message: /r?s\[0\].filters\[0\].jwt-entra.jwks.file: .*keys.json .*no such file/ })
  for (const [what, [text, message]] of Object.entries(bad)) {
    writeFileSync(join(folder, 'keys.json'), text)
    await t.rejects(start(), { message }, what)
  }
  mkdirSync(join(folder, 'folder'))
  const asFolder = await guarded(t, { jwks: { file: '.' } })
  await t.rejects(asFolder.start(), { message: /this is no file/ })
})
