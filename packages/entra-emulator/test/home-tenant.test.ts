import { decodeJwt } from 'jose'
import t from 'tap'
import type { ApplicationConfig, DirectoryConfig, TenantConfig } from '../src/index.ts'
import { authorize, postToken, readRedirect, start, verifier } from './oauth-client.ts'
import { readCode } from './refusal.ts'

const [CONTOSO, FABRIKAM] = ['11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000002'] as const
const API = '22222222-0000-4000-8000-000000000001'
const CLIENT = '22222222-0000-4000-8000-000000000002'
const redirectUri = 'http://127.0.0.1/callback'

const api: ApplicationConfig = {
  clientId: API,
  displayName: 'MCP',
  requestedAccessTokenVersion: 2,
  signInAudience: 'AzureADMultipleOrgs',
  oauth2PermissionScopes: [{ value: 'mcp_access' }],
  preAuthorizedApplications: [{ appId: CLIENT, scopes: ['mcp_access'] }]
}

const directory = (signInAudience: 'AzureADMyOrg' | 'AzureADMultipleOrgs'): DirectoryConfig => {
  const redirectUris = { publicClient: [redirectUri] }
  const client: ApplicationConfig = { clientId: CLIENT, displayName: 'A client', signInAudience, redirectUris }
  const tenant = (tenantId: string, name: string): TenantConfig => ({
    tenantId,
    displayName: name,
    verifiedDomains: [`${name}.example`],
    applications: [api, client],
    people: [{ oid: tenantId.replace('1111', '5555'), name: 'Ada', upn: `ada@${name}.example` }]
  })
  return { tenants: [tenant(CONTOSO, 'contoso'), tenant(FABRIKAM, 'fabrikam')] }
}

const request = { client_id: CLIENT, redirect_uri: redirectUri, scope: `${API}/mcp_access offline_access` }

t.test('people of each tenant sign in at organizations, and get a token of their own', async t => {
  const emulator = await start(t, { directory: directory('AzureADMultipleOrgs'), automatic: true })
  for (const [tenantId, name] of [
    [CONTOSO, 'contoso'],
    [FABRIKAM, 'fabrikam']
  ] as const) {
    const asked = { ...request, login_hint: `ada@${name}.example` }
    const code = readRedirect(await authorize(emulator, asked, 'organizations')).get('code') ?? ''
    const form = { client_id: CLIENT, redirect_uri: redirectUri, code_verifier: verifier }
    const { body } = await postToken(emulator, { ...form, grant_type: 'authorization_code', code }, {}, 'organizations')
    t.match(decodeJwt(body.access_token), { tid: tenantId, iss: `${emulator.authority}/${tenantId}/v2.0` })
    const refresh = {
      client_id: CLIENT,
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      scope: request.scope
    }
    const again = await postToken(emulator, refresh, {}, 'organizations')
    t.match(decodeJwt(again.body.access_token), { tid: tenantId })
  }
})

t.test('a client of one tenant does not, and its own tenant takes it as before', async t => {
  const emulator = await start(t, { directory: directory('AzureADMyOrg'), autoSignIn: 'ada@contoso.example' })
  t.equal(readCode(await (await authorize(emulator, request, 'organizations')).text()), 50194)
  t.ok(readRedirect(await authorize(emulator, request, CONTOSO)).get('code'))
})
