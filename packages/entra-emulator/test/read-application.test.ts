import t from 'tap'
import type { AppRoleAssignment, ApplicationConfig, EntraEmulator } from '../src/index.ts'
import { contosoWith } from './contoso.ts'
import { ids, mcpUri, secret } from './directory.ts'
import { authorize, postToken, readRedirect, start } from './oauth-client.ts'
import { readCode } from './refusal.ts'

const grant = (...roles: string[]): AppRoleAssignment[] =>
  roles.map(role => ({ resource: '00000003-0000-0000-c000-000000000000', role }))

const directory = (mcp: Partial<ApplicationConfig> = {}, ...roles: string[]) =>
  contosoWith({}, { [ids.mcp]: mcp, [ids.daemon]: { appRoleAssignments: grant(...roles) } })

const read = async (emulator: EntraEmulator, path: string, init: RequestInit = {}) => {
  const daemon = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }
  const { body } = await postToken(emulator, { ...daemon, scope: 'https://graph.microsoft.com/.default' })
  const headers = { authorization: `Bearer ${body.access_token}` }
  const response = await fetch(`${emulator.graph}/${path}`, { headers, ...init })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const application = `applications(appId='${ids.mcp}')`
const principal = `servicePrincipals(appId='${ids.mcp}')`

t.test('an app registration and its service principal are read by client ID', async t => {
  const emulator = await start(t, { directory: directory({}, 'Application.Read.All') })
  const { status, body } = await read(emulator, application)
  t.equal(status, 200)
  t.match(body, {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications/$entity',
    appId: ids.mcp,
    identifierUris: [mcpUri],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [
        { value: 'mcp_access', type: 'User', isEnabled: true },
        { value: 'mcp_manage', type: 'Admin' }
      ],
      preAuthorizedApplications: [{ appId: ids.desktop, delegatedPermissionIds: [String] }]
    }
  })
  t.notMatch(JSON.stringify(body), secret, 'secrets never come back')
  const selected = await read(emulator, `${application}?$select=appId,identifierUris`)
  t.strictSame(Object.keys(selected.body), ['@odata.context', 'appId', 'identifierUris'])
  const { body: known } = await read(emulator, principal)
  t.match(known, { appRoleAssignmentRequired: false, servicePrincipalNames: [ids.mcp, mcpUri] })
})

t.test('it takes Application.Read.All or Directory.Read.All, a GET, and names that are there', async t => {
  const unknown = '00000000-0000-4000-8000-000000000000'
  const table: [number, string, string[], RequestInit?][] = [
    [200, application, ['Directory.Read.All']],
    [403, application, ['User.Read.All']],
    [403, principal, []],
    [404, `applications(appId='${unknown}')`, ['Application.Read.All']],
    [400, `${application}?$select=nonsense`, ['Application.Read.All']],
    [400, `applications/${ids.mcp}`, ['Application.Read.All']],
    [405, application, ['Application.Read.All'], { method: 'DELETE' }]
  ]
  for (const [expected, path, roles, init] of table) {
    const emulator = await start(t, { directory: directory({}, ...roles) })
    const headers = init && { headers: { authorization: `Bearer ${await tokenOf(emulator)}` } }
    t.equal((await read(emulator, path, { ...init, ...headers })).status, expected, `${path} ${roles.join()}`)
  }
})

const tokenOf = async (emulator: EntraEmulator): Promise<string> => {
  const daemon = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }
  return (await postToken(emulator, { ...daemon, scope: 'https://graph.microsoft.com/.default' })).body.access_token
}

t.test('without a service principal the tenant does not know the API', async t => {
  const emulator = await start(t, { directory: directory({ servicePrincipal: false }, 'Application.Read.All') })
  t.equal((await read(emulator, application)).status, 200)
  t.equal((await read(emulator, principal)).status, 404)
  const refused = readRedirect(await authorize(emulator, { scope: `${mcpUri}/mcp_access` }))
  t.equal(readCode(refused.get('error_description')), 500011)
})
