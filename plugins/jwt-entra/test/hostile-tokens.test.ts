import { createHmac } from 'node:crypto'
import t from 'tap'
import type { JwtEntraConfig } from '../src/config.ts'
import { refusals, type RefusalCode } from '../src/codes.ts'
import { challengeError, Gateway } from './gateway.ts'
import { makeKey } from './open-id-provider.ts'
import {
  api,
  apiUri,
  appClaims,
  encode,
  headerOf,
  otherTenant,
  person,
  tenant,
  userClaims,
  v1Claims,
  writeToken
} from './tokens.ts'
import type { Json } from './tokens.ts'

const gateway = await Gateway.start(t)
const { provider, runtime, key } = gateway
const rogue = await makeKey('key-1')
const unpublished = await makeKey('key-2')
const foreign = await makeKey('foreign', { issuer: `${provider.origin}/${otherTenant}/v2.0` })
const offHost = await makeKey('off-host', { issuer: `https://login.elsewhere.example/{tenantid}/v2.0` })
const templated = await makeKey('templated', { issuer: `${provider.origin}/{TenantID}/v2.0` })
const concrete = await makeKey('concrete', { issuer: `${provider.origin}/${tenant}/v2.0` })
provider.keys = [key.jwk, foreign.jwk, offHost.jwk, templated.jwk, concrete.jwk]

const now = runtime.time / 1000
const good = gateway.token()
const [goodHeader, goodPayload, goodSignature] = good.split('.')
const header = (extra: Json) => gateway.token({}, extra)
const claims = (extra: Json) => gateway.token(extra)
const hmac = (alg: string) => {
  const input = `${encode({ ...headerOf(key), alg })}.${goodPayload}`
  const pem = JSON.stringify(key.jwk)
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
}
const v1 = (extra: Json) => writeToken(headerOf(key), v1Claims(provider, runtime.time, extra), key)

const table: Record<string, readonly [token: string, code: RefusalCode]> = {
  'an empty token': ['', 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'an opaque token': ['EwB4A8l6BAAU', 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'a token with bytes outside token68': [`${good}é`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'two tokens in one field': [`${good}, Bearer ${good}`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'two parts': [`${goodHeader}.${goodPayload}`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'four parts': [`${good}.x`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'no signature': [`${goodHeader}.${goodPayload}.`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'a header that is not JSON': [`bm8.${goodPayload}.${goodSignature}`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'a header that is an array': [`${encode([])}.${goodPayload}.${goodSignature}`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'a payload that is not JSON': [`${goodHeader}.bm8.${goodSignature}`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'plain base64 in place of base64url': [`${good}==`, 'SLUICE_AUTH_TOKEN_MALFORMED'],
  'more than 16 KiB': [claims({ groups: Array(400).fill(person) }), 'SLUICE_AUTH_TOKEN_TOO_LARGE'],
  'an encrypted token': [`${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`, 'SLUICE_AUTH_TOKEN_ENCRYPTED'],
  'alg none, unsigned': [`${encode({ alg: 'none', typ: 'JWT' })}.${goodPayload}.`, 'SLUICE_AUTH_ALGORITHM_NONE'],
  'alg nOnE, signed': [header({ alg: 'nOnE' }), 'SLUICE_AUTH_ALGORITHM_NONE'],
  'no alg': [header({ alg: undefined }), 'SLUICE_AUTH_ALGORITHM_NONE'],
  'HS256 with the public key as the secret': [hmac('HS256'), 'SLUICE_AUTH_ALGORITHM_SYMMETRIC'],
  hs512: [hmac('hs512'), 'SLUICE_AUTH_ALGORITHM_SYMMETRIC'],
  RS512: [header({ alg: 'RS512' }), 'SLUICE_AUTH_ALGORITHM_REFUSED'],
  PS256: [header({ alg: 'PS256' }), 'SLUICE_AUTH_ALGORITHM_REFUSED'],
  'rs256 in lower case': [header({ alg: 'rs256' }), 'SLUICE_AUTH_ALGORITHM_REFUSED'],
  'a key of its own (jwk)': [gateway.token({}, { jwk: rogue.jwk }, rogue), 'SLUICE_AUTH_KEY_EMBEDDED'],
  'the address of a key (jku)': [header({ jku: 'https://evil.example/keys' }), 'SLUICE_AUTH_KEY_EMBEDDED'],
  'a certificate (x5c)': [header({ x5c: ['AAAA'] }), 'SLUICE_AUTH_KEY_EMBEDDED'],
  'the address of a certificate (x5u)': [header({ x5u: null }), 'SLUICE_AUTH_KEY_EMBEDDED'],
  'critical extensions': [header({ crit: ['exp'] }), 'SLUICE_AUTH_HEADER_CRITICAL'],
  'an unencoded payload': [header({ b64: false }), 'SLUICE_AUTH_PAYLOAD_UNENCODED'],
  'a Graph token, by its nonce': [header({ nonce: 'abc' }), 'SLUICE_AUTH_GRAPH_TOKEN'],
  'a Graph token, by its audience': [claims({ aud: 'https://graph.microsoft.com' }), 'SLUICE_AUTH_GRAPH_TOKEN'],
  'typ at+jwt': [header({ typ: 'at+jwt' }), 'SLUICE_AUTH_TYPE_REFUSED'],
  'typ that is no text': [header({ typ: 1 }), 'SLUICE_AUTH_TYPE_REFUSED'],
  'no kid': [header({ kid: undefined }), 'SLUICE_AUTH_KEY_ID_MISSING'],
  'a kid that is no text': [header({ kid: ['key-1'] }), 'SLUICE_AUTH_KEY_ID_MISSING'],
  'ver 3.0': [claims({ ver: '3.0' }), 'SLUICE_AUTH_VERSION_REFUSED'],
  'no ver': [claims({ ver: undefined }), 'SLUICE_AUTH_VERSION_REFUSED'],
  'another tenant': [claims({ tid: otherTenant }), 'SLUICE_AUTH_TENANT_REFUSED'],
  'a tid that is a path': [claims({ tid: `../${tenant}` }), 'SLUICE_AUTH_TENANT_REFUSED'],
  'no tid': [claims({ tid: undefined }), 'SLUICE_AUTH_TENANT_REFUSED'],
  'an unknown kid': [gateway.token({}, {}, unpublished), 'SLUICE_AUTH_KEY_UNKNOWN'],
  'a kid of the prototype': [header({ kid: '__proto__' }), 'SLUICE_AUTH_KEY_UNKNOWN'],
  'a published key of another tenant': [gateway.token({}, {}, foreign), 'SLUICE_AUTH_KEY_FOREIGN'],
  'a published key of another host': [gateway.token({}, {}, offHost), 'SLUICE_AUTH_KEY_FOREIGN'],
  'a signature by another key under a known kid': [gateway.token({}, {}, rogue), 'SLUICE_AUTH_SIGNATURE_INVALID'],
  'a changed payload': [
    `${goodHeader}.${encode(userClaims(provider, runtime.time, { scp: 'admin' }))}.${goodSignature}`,
    'SLUICE_AUTH_SIGNATURE_INVALID'
  ],
  'a changed payload of an expired token': [
    `${goodHeader}.${encode(userClaims(provider, 0))}.${goodSignature}`,
    'SLUICE_AUTH_SIGNATURE_INVALID'
  ],
  'the issuer of another tenant': [
    claims({ iss: `${provider.origin}/${otherTenant}/v2.0` }),
    'SLUICE_AUTH_ISSUER_REFUSED'
  ],
  'the issuer with a slash more': [claims({ iss: `${provider.issuer('2.0')}/` }), 'SLUICE_AUTH_ISSUER_REFUSED'],
  'a version 1 issuer in a version 2 token': [claims({ iss: provider.issuer('1.0') }), 'SLUICE_AUTH_ISSUER_REFUSED'],
  'a version 2 issuer in a version 1 token': [v1({ iss: provider.issuer('2.0') }), 'SLUICE_AUTH_ISSUER_REFUSED'],
  'no exp': [claims({ exp: undefined }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'exp as text': [claims({ exp: '9999999999' }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'nbf as text': [claims({ nbf: '0' }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'several audiences': [claims({ aud: [api, 'https://other.example'] }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'no oid': [claims({ oid: undefined }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'scopes as a list': [claims({ scp: ['mcp_access'] }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'roles as text': [claims({ roles: 'Mcp.Call' }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'exp longer ago than the skew': [claims({ exp: now - 60 }), 'SLUICE_AUTH_TOKEN_EXPIRED'],
  'nbf further ahead than the skew': [claims({ nbf: now + 61 }), 'SLUICE_AUTH_TOKEN_NOT_YET_VALID'],
  'iat further ahead than the skew': [claims({ iat: now + 61 }), 'SLUICE_AUTH_TOKEN_NOT_YET_VALID'],
  'iat as text': [claims({ iat: '0' }), 'SLUICE_AUTH_CLAIMS_MALFORMED'],
  'another API': [claims({ aud: otherTenant }), 'SLUICE_AUTH_AUDIENCE_REFUSED'],
  'an audience with two slashes': [claims({ aud: `${apiUri}//` }), 'SLUICE_AUTH_AUDIENCE_REFUSED'],
  'an audience below ours': [claims({ aud: `${apiUri}/x` }), 'SLUICE_AUTH_AUDIENCE_REFUSED'],
  'an ID token': [claims({ scp: undefined, azp: undefined, nonce: 'n' }), 'SLUICE_AUTH_ID_TOKEN'],
  'an ID token with roles': [claims({ scp: undefined, azp: undefined, roles: ['Mcp.Call'] }), 'SLUICE_AUTH_ID_TOKEN'],
  'an ID token with roles and azp': [
    claims({ scp: undefined, roles: ['Mcp.Call'], c_hash: 'h' }),
    'SLUICE_AUTH_ID_TOKEN'
  ],
  'no client': [claims({ azp: undefined }), 'SLUICE_AUTH_KIND_UNKNOWN'],
  'the version 1 name of the client in a version 2 token': [
    claims({ azp: undefined, appid: api }),
    'SLUICE_AUTH_KIND_UNKNOWN'
  ],
  'neither scp nor roles, a person': [claims({ scp: undefined }), 'SLUICE_AUTH_KIND_UNKNOWN'],
  'scp and idtyp app': [claims({ idtyp: 'app' }), 'SLUICE_AUTH_KIND_CONTRADICTORY'],
  'an application without roles': [
    writeToken(headerOf(key), appClaims(provider, runtime.time, { roles: undefined }), key),
    'SLUICE_AUTH_ROLES_MISSING'
  ],
  'a device-bound token': [claims({ cnf: { kid: 'x', xms_ksl: 'sw' } }), 'SLUICE_AUTH_DEVICE_BOUND']
}

void t.test('a token that is not what it should be is refused for its own reason', async t => {
  const entry = await gateway.entry()
  for (const [name, [token, code]] of Object.entries(table)) {
    const reply = await entry.send(token)
    if (reply === undefined) {
      t.fail(`${name} passed`)
      continue
    }
    const refusal = refusals[code]
    t.equal(reply.code, code, name)
    t.equal(reply.status, refusal.status)
    t.equal(challengeError(reply), refusal.status === 401 ? 'invalid_token' : undefined)
    t.notMatch(JSON.stringify(reply), token === '' ? /never/ : token.slice(0, 40))
  }
  t.equal(entry.ctx.metrics.value('sluice_auth_outcomes_total', 'everything', 'SLUICE_AUTH_TYPE_REFUSED'), 2)
})

void t.test('a token that is what it should be passes, in every form that Entra issues', async t => {
  const entry = await gateway.entry()
  const accepted: Record<string, string> = {
    'version 2': good,
    'version 1, audience is an identifier URI': v1({ aud: apiUri }),
    'version 1, audience with a slash more': v1({ aud: `${apiUri}/` }),
    'no typ': header({ typ: undefined }),
    'exp within the skew': claims({ exp: now - 59 }),
    'nbf within the skew': claims({ nbf: now + 60 }),
    'iat within the skew': claims({ iat: now + 60 }),
    'no iat': claims({ iat: undefined }),
    'no nbf': claims({ nbf: undefined }),
    'tid in upper case': claims({ tid: tenant.toUpperCase() }),
    'a key whose issuer is the template': gateway.token({}, {}, templated),
    'a key whose issuer is the tenant': gateway.token({}, {}, concrete),
    'a version 1 token of a key that carries the version 2 issuer': writeToken(
      headerOf(concrete),
      v1Claims(provider, runtime.time),
      concrete
    )
  }
  for (const [name, token] of Object.entries(accepted)) {
    t.match(await entry.verdict(token), { tenantId: tenant, objectId: person, kind: 'user' }, name)
  }
})

void t.test('what signing in again cannot cure follows the configuration', async t => {
  const bound = claims({ cnf: { kid: 'x' } })
  const cases: readonly [Partial<JwtEntraConfig>, string, string | undefined][] = [
    [{ deviceBound: 'allow' }, bound, undefined],
    [{ deviceBound: 'refuse' }, bound, 'SLUICE_AUTH_DEVICE_BOUND'],
    [{ clients: [otherTenant] }, good, 'SLUICE_AUTH_CLIENT_REFUSED'],
    [{ clients: ['AEBC6443-996D-45C2-90F0-388FF96FAA56'] }, good, undefined],
    [{ clockSkew: '0s' }, claims({ exp: now }), 'SLUICE_AUTH_TOKEN_EXPIRED']
  ]
  for (const [config, token, code] of cases) {
    const entry = await gateway.entry(config)
    t.equal((await entry.send(token))?.code, code, JSON.stringify(config))
  }
  t.match((await (await gateway.entry()).send(bound))?.reason, /Token Protection.*deviceBound/)
})
