import t from 'tap'
import type { JwtEntraConfig } from '../src/config.ts'
import { Gateway } from './gateway.ts'
import { makeKey } from './open-id-provider.ts'
import { apiUri, headerOf, otherTenant, person, tenant, v1Claims, writeToken, type Json } from './tokens.ts'

const gateway = await Gateway.start(t)
const { provider, runtime, key } = gateway
const templated = await makeKey('templated', { issuer: `${provider.origin}/{TenantID}/v2.0` })
const concrete = await makeKey('concrete', { issuer: `${provider.origin}/${tenant}/v2.0` })
provider.keys = [key.jwk, templated.jwk, concrete.jwk]

const now = runtime.time / 1000
const good = gateway.token()
const header = (extra: Json) => gateway.token({}, extra)
const claims = (extra: Json) => gateway.token(extra)
const v1 = (extra: Json) => writeToken(headerOf(key), v1Claims(provider, runtime.time, extra), key)

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
