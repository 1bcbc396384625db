import t from 'tap'
import type { JwtEntraConfig } from '../src/config.ts'
import { readSettings } from '../src/settings.ts'
import { api, apiUri, otherTenant, tenant } from './tokens.ts'

const config: JwtEntraConfig = { tenant, audiences: [api] }

void t.test('a configuration is read once, with its defaults', async t => {
  t.same(readSettings(config, '/'), {
    provider: 'entra',
    authority: 'https://login.microsoftonline.com',
    tenants: [tenant],
    audiences: [api],
    clients: null,
    clockSkewMs: 60_000,
    maxStaleMs: 86_400_000,
    deviceBound: 'refuse',
    cacheMax: 10_000
  })
})

void t.test('settings that mean the same are the same', async t => {
  const one = { tenant: [tenant, otherTenant], audiences: [api, apiUri], clients: [api, tenant], clockSkew: '1m' }
  const other = {
    tenant: [otherTenant, tenant.toUpperCase(), tenant],
    authority: 'https://LOGIN.microsoftonline.com/',
    audiences: [`${apiUri}/`, api.toUpperCase(), apiUri],
    clients: [tenant.toUpperCase(), api],
    clockSkew: '60000ms'
  }
  t.equal(JSON.stringify(readSettings(one, '/')), JSON.stringify(readSettings(other, '/')))
  const organizations = { ...one, tenant: 'organizations', tenants: [otherTenant, tenant] }
  t.equal(JSON.stringify(readSettings(organizations, '/')), JSON.stringify(readSettings(one, '/')))
})

void t.test('a configuration that would be unsafe, or refuse everybody, is refused with advice', async t => {
  const table: readonly [Partial<JwtEntraConfig>, RegExp][] = [
    [{ tenant: 'common' }, /common names no tenant.*GUID/],
    [{ tenant: 'organizations' }, /anybody can make an organization; name those .* under tenants/],
    [{ tenant: 'organizations', tenants: [] }, /empty list/],
    [{ tenant: 'organizations', tenants: [tenant, 'fabrikam.example'] }, /fabrikam.example names no tenant/],
    [{ tenants: [otherTenant] }, /belongs to tenant: organizations/],
    [{ tenant: [tenant, 'common'] }, /common names no tenant/],
    [{ tenant: [] }, /empty list/],
    [{ authority: 'login.microsoftonline.com' }, /not a URL/],
    [{ authority: 'http://login.microsoftonline.com' }, /must be https/],
    [{ authority: 'http://127.0.0.1.evil.example' }, /must be https/],
    [{ authority: 'ftp://localhost' }, /must be https/],
    [{ authority: 'https://user@login.microsoftonline.com' }, /no user/],
    [{ authority: `https://login.microsoftonline.com/${tenant}/v2.0` }, /leave the path \/8f1d3c52.* out/],
    [{ authority: 'https://login.microsoftonline.com/common' }, /leave the path \/common out/],
    [{ clockSkew: '6m' }, /more than 5m/],
    [{ clockSkew: '60' }, /write 500ms, 30s/],
    [{ maxStale: '59s' }, /less than 1m/]
  ]
  for (const [extra, message] of table) {
    t.throws(() => readSettings({ ...config, ...extra }, '/'), { message }, JSON.stringify(extra))
  }
  for (const authority of ['http://127.0.0.1:8090', 'http://localhost:8090', 'http://[::1]:8090']) {
    t.match(readSettings({ ...config, authority }, '/'), { authority })
  }
})
