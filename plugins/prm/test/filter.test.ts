import t from 'tap'
import type { Challenge, Endpoint, Reply } from '@sluice/plugin-api'
import { fakeContext, fakeExchange, fakeResponseHead, type FakeContextOptions } from '@sluice/test-kit'
import type { PrmConfig } from '../src/config.ts'
import { createPrm } from '../src/filter.ts'

const tenant = '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44'
const resource = 'https://mcp.contoso.example/mcp'
const wellKnown = '/.well-known/oauth-protected-resource'
const atRoot = { path: '/', publicUrl: 'https://mcp.contoso.example' }

const create = (config: PrmConfig, route: FakeContextOptions['route'] = {}) => createPrm(config, fakeContext({ route }))

async function ask(endpoint: Endpoint | undefined, method: string): Promise<Reply | undefined> {
  return endpoint?.handle(fakeExchange({ method }))
}

async function documentOf(config: PrmConfig, route: FakeContextOptions['route'] = {}): Promise<unknown> {
  const reply = await ask(create(config, route).endpoints?.[0], 'GET')
  return JSON.parse(String(reply?.body))
}

void t.test('the document says what RFC 9728 asks and the configuration adds', async t => {
  const least = {
    resource,
    authorization_servers: [`https://login.microsoftonline.com/${tenant}/v2.0`],
    bearer_methods_supported: ['header']
  }
  t.same(await documentOf({ tenant: tenant.toUpperCase() }), least)
  const config: PrmConfig = {
    tenant,
    authority: 'https://login.microsoftonline.us/',
    scopesSupported: [`${resource}/mcp_access`],
    resourceName: 'Contoso tools',
    resourceDocumentation: 'https://contoso.example/docs',
    resourcePolicyUri: 'https://contoso.example/policy',
    extra: { resource_tos_uri: 'https://contoso.example/terms' }
  }
  t.same(await documentOf(config), {
    ...least,
    authorization_servers: [`https://login.microsoftonline.us/${tenant}/v2.0`],
    scopes_supported: [`${resource}/mcp_access`],
    resource_name: 'Contoso tools',
    resource_documentation: 'https://contoso.example/docs',
    resource_policy_uri: 'https://contoso.example/policy',
    resource_tos_uri: 'https://contoso.example/terms'
  })
  const authorizationServers = ['https://as.example/Path/', 'http://localhost:8090']
  t.match(await documentOf({ authorizationServers }), { authorization_servers: authorizationServers })
})

void t.test('the document is at the path of the route, and at the root if it is the only one', async t => {
  const paths = (route: FakeContextOptions['route']) =>
    create({ tenant }, route).endpoints?.map(({ path, whenSole }) => [path, whenSole ?? false])
  t.same(paths({}), [
    [`${wellKnown}/mcp`, false],
    [wellKnown, true]
  ])
  t.same(paths(atRoot), [[wellKnown, false]])
  t.same(createPrm({ tenant }, fakeContext({ route: { ...atRoot, name: '-' } })), {}, 'no route, no resource')
})

void t.test('the document is open to every origin', async t => {
  for (const endpoint of create({ tenant }).endpoints ?? []) {
    t.match(endpoint, { methods: ['GET', 'HEAD'], cors: 'any' })
    const reply = await ask(endpoint, 'GET')
    t.equal(reply?.status, 200)
    t.equal(reply?.code, undefined, 'an answer, not a refusal')
    t.same(
      new Map(reply?.headers),
      new Map([
        ['content-type', 'application/json'],
        ['cache-control', 'public, max-age=300']
      ])
    )
    t.equal(await ask(endpoint, 'HEAD'), reply, 'made once')
  }
})

void t.test('the gateway’s challenges point at the document and name scopes as clients request them', async t => {
  const config = { tenant, scopesSupported: [`${resource}/mcp_access`, `${resource}/tools.read`, 'api://x/mcp_access'] }
  const complete = (source: 'gateway' | 'upstream', route: FakeContextOptions['route'] = {}) => {
    const challenges: Challenge[] = [
      { scheme: 'bearer', params: new Map([['error', 'invalid_token']]) },
      { scheme: 'Basic', params: new Map() }
    ]
    const head = fakeResponseHead({ status: 401, source, challenges })
    void create(config, route).onResponse?.(head, fakeExchange())
    return head.challenges.map(({ params, qualify }) => ({ params: [...params], qualify }))
  }
  const [bearer, basic] = complete('gateway')
  t.same(bearer?.params, [
    ['error', 'invalid_token'],
    ['resource_metadata', `https://mcp.contoso.example${wellKnown}/mcp`]
  ])
  t.same(
    ['tools.read', 'mcp_access', 'read', 'unknown'].map(name => bearer?.qualify?.(name)),
    [`${resource}/tools.read`, `${resource}/mcp_access`, 'read', 'unknown']
  )
  t.same(basic, { params: [], qualify: undefined })
  t.match(complete('gateway', atRoot)[0]?.params[1], ['resource_metadata', `https://mcp.contoso.example${wellKnown}`])
  t.same(complete('upstream')[0], { params: [['error', 'invalid_token']], qualify: undefined })
})

void t.test('what clients would refuse does not load', async t => {
  const table: readonly [PrmConfig, RegExp][] = [
    [{}, /either tenant or authorizationServers/],
    [{ tenant, authorizationServers: ['https://as.example'] }, /either tenant or authorizationServers/],
    [{ authority: 'https://as.example', authorizationServers: ['https://as.example'] }, /belongs to tenant/],
    [{ tenant: 'organizations' }, /organizations is not a GUID.*one route for each tenant/],
    [{ tenant: 'contoso.onmicrosoft.com' }, /is not a GUID/],
    [{ tenant, authority: 'http://login.microsoftonline.com' }, /authority: must be https/],
    [{ tenant, authority: 'http://127.0.0.1.evil.example' }, /authority: must be https/],
    [{ tenant, authority: `https://login.microsoftonline.com/${tenant}` }, /leave the path out/],
    [{ tenant, authority: 'login.microsoftonline.com' }, /not a URL/],
    [{ authorizationServers: ['http://as.example'] }, /authorizationServers: must be https/],
    [{ authorizationServers: ['https://as.example/?x'] }, /no user, query or fragment/],
    [{ tenant, resource: 'api://b92d6e60/mcp' }, /not an https URL/],
    [{ tenant, resource: 'mcp' }, /not an https URL/],
    [{ tenant, resource: `${resource}#a` }, /fragment/],
    [{ tenant, resource: `${resource}?a` }, /query/],
    [{ tenant, resource: 'https://other.example/mcp' }, /clients refuse/],
    [{ tenant, resource: 'http://mcp.contoso.example/mcp' }, /clients refuse/],
    [{ tenant, resource: `${resource}/sub` }, /clients refuse/],
    [{ tenant, resource: 'https://mcp.contoso.example/mc' }, /clients refuse/],
    [{ tenant, extra: { resource: 'https://evil.example' } }, /extra: resource/],
    [{ tenant, extra: { authorization_servers: [] } }, /extra: authorization_servers/],
    [{ tenant, extra: { signed_metadata: 'x' } }, /extra: signed_metadata/]
  ]
  for (const [config, message] of table) t.throws(() => create(config), { message }, JSON.stringify(config))
  t.match(await documentOf({ tenant, resource: 'https://mcp.contoso.example' }), {
    resource: 'https://mcp.contoso.example'
  })
})

void t.test('what will hurt is said at load, with its code', async t => {
  const table: readonly [PrmConfig, FakeContextOptions['route'], readonly (readonly string[])[]][] = [
    [{ tenant, scopesSupported: [`${resource}/mcp_access`] }, {}, []],
    [
      { tenant, scopesSupported: ['mcp_access', 'api://x/mcp_access', `${resource}x/mcp_access`] },
      {},
      ['mcp_access', 'api://x/mcp_access', `${resource}x/mcp_access`].map(scope => [
        'SLUICE_PRM_SCOPE_OUTSIDE_RESOURCE',
        scope
      ])
    ],
    [
      { tenant, scopesSupported: ['openid', 'offline_access', `${resource}/.default`] },
      {},
      ['openid', 'offline_access', `${resource}/.default`].map(scope => ['SLUICE_PRM_SCOPE_NOT_OF_RESOURCE', scope])
    ],
    [{ tenant }, atRoot, [['SLUICE_PRM_RESOURCE_WITHOUT_PATH', atRoot.publicUrl]]],
    [{ tenant, resource: `${resource}/` }, {}, [['SLUICE_PRM_RESOURCE_TRAILING_SLASH', `${resource}/`]]],
    [
      { tenant, authority: 'https://contoso.ciamlogin.com' },
      {},
      [['SLUICE_PRM_ISSUER_OF_EXTERNAL_ID', `https://contoso.ciamlogin.com/${tenant}/v2.0`]]
    ],
    [{ tenant, authority: `https://${tenant}.ciamlogin.com` }, {}, []],
    [{ authorizationServers: ['https://id.contoso.example/realms/mcp'], scopesSupported: ['mcp_access'] }, {}, []],
    [
      { authorizationServers: [`https://login.microsoftonline.com/${tenant}/v2.0`], scopesSupported: ['mcp_access'] },
      {},
      [['SLUICE_PRM_SCOPE_OUTSIDE_RESOURCE', 'mcp_access']]
    ]
  ]
  for (const [config, route = {}, expected] of table) {
    const ctx = fakeContext({ route })
    createPrm(config, ctx)
    t.same(
      ctx.log.lines.map(({ level, fields }) => [level, fields.code, fields.value]),
      expected.map(([code, value]) => ['warn', code, value]),
      JSON.stringify(config)
    )
  }
})
