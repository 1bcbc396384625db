import t from 'tap'
import { discover } from '../src/entra/discovery.ts'
import { tenantKeys } from '../src/entra/key-source.ts'
import { systemRuntime } from '../src/runtime.ts'
import { answered } from './manual-runtime.ts'
import { makeKey, OpenIdProvider } from './open-id-provider.ts'
import { otherTenant, tenant } from './tokens.ts'

const provider = new OpenIdProvider(tenant)
await provider.listen()
t.teardown(() => provider.close())
t.beforeEach(() => {
  provider.metadata['2.0'] = {}
  provider.intercept = () => false
})

const { signal } = new AbortController()
const address = { authority: provider.origin, tenant, version: '2.0' } as const
const find = () => discover(address, systemRuntime, signal)

async function foreignKeys(): Promise<[id: string, foreign: boolean][]> {
  const { keys } = await tenantKeys(address, systemRuntime).fetch(signal)
  return [...keys.values()].map(key => [key.id, key.foreign])
}

void t.test('the issuer comes from the metadata, its placeholder filled', async t => {
  const table = [
    [`https://login.microsoftonline.com/{TenantId}/v2.0`, `https://login.microsoftonline.com/${tenant}/v2.0`],
    [`https://${tenant}.ciamlogin.com/${tenant}/v2.0`, `https://${tenant}.ciamlogin.com/${tenant}/v2.0`]
  ]
  for (const [issuer, expected] of table) {
    provider.metadata['2.0'] = { issuer }
    t.equal((await find()).issuer, expected)
  }
  t.equal((await discover({ ...address, version: '1.0' }, systemRuntime, signal)).issuer, provider.issuer('1.0'))
})

void t.test('metadata that speaks for somebody else, or leads elsewhere, is refused', async t => {
  const table: readonly [Record<string, unknown>, RegExp][] = [
    [{ issuer: `https://login.microsoftonline.com/${otherTenant}/v2.0` }, /another tenant/],
    [{ issuer: 'https://login.microsoftonline.com/common/v2.0' }, /another tenant/],
    [{ issuer: tenant }, /another tenant/],
    [{ issuer: undefined }, /no issuer/],
    [{ jwks_uri: undefined }, /no jwks_uri/],
    [{ jwks_uri: 'http://169.254.169.254/keys' }, /not https/],
    [{ jwks_uri: 'file:///etc/passwd' }, /not https/],
    [{ jwks_uri: 'https://user:secret@login.example/keys' }, /not https/],
    [{ jwks_uri: 'keys' }, /not https/]
  ]
  for (const [metadata, message] of table) {
    provider.metadata['2.0'] = metadata
    await t.rejects(find(), { message }, JSON.stringify(metadata))
  }
})

void t.test('an https authority never leads to plain http, not even on loopback', async t => {
  const runtime = {
    ...systemRuntime,
    get: async () => answered({ issuer: `https://login.example/${tenant}/v2.0`, jwks_uri: 'http://127.0.0.1/keys' })
  }
  await t.rejects(discover({ ...address, authority: 'https://login.example' }, runtime, signal), {
    message: /not https/
  })
})

void t.test('an answer that is not a plain, small document is refused', async t => {
  const table: readonly [string, number, Record<string, string>, string, RegExp][] = [
    ['a redirect', 302, { location: `${provider.origin}/elsewhere` }, '', /answered 302/],
    ['an error', 404, {}, '{}', /answered 404/],
    ['no JSON', 200, {}, '<html>', /is not JSON/],
    ['too much', 200, {}, `"${'x'.repeat(1024 * 1024)}"`, /longer than 1 MiB/],
    ['no object', 200, {}, '[]', /no issuer/]
  ]
  for (const [name, status, headers, body, message] of table) {
    provider.intercept = (_, response) => {
      response.writeHead(status, headers).end(body)
      return true
    }
    await t.rejects(find(), { message }, name)
  }
  t.notOk(provider.requests.includes('/elsewhere'), 'no redirect was followed')
})

void t.test('a key without an issuer counts only from an address of the tenant alone', async t => {
  provider.keys = [(await makeKey('plain')).jwk, (await makeKey('own', { issuer: provider.issuer('2.0') })).jwk]
  t.same(await foreignKeys(), [
    ['plain', false],
    ['own', false]
  ])
  provider.metadata['2.0'] = { jwks_uri: `${provider.origin}/common/discovery/v2.0/keys` }
  provider.intercept = ({ url }, response) => {
    if (url !== '/common/discovery/v2.0/keys') return false
    response.end(JSON.stringify({ keys: provider.keys }))
    return true
  }
  t.same(await foreignKeys(), [
    ['plain', true],
    ['own', false]
  ])
})
