import t from 'tap'
import { breakages, type Registration, type Setup } from '../src/index.ts'

const outcome = (id: number, setup: Partial<Setup>) =>
  breakages.find(breakage => breakage.id === id)?.examine(setup as Setup)

t.test('a disabled scope is enabled, and keeps its id and who may consent to it', async t => {
  const scope = (id: string, value: string, isEnabled: boolean) => ({ id, value, type: 'Admin', isEnabled, extra: id })
  const exposed = [scope('x', 'mcp_access', true), scope('y', 'mcp_admin', false), scope('z', 'unused', false)]
  const registration: Registration = {
    appId: 'app',
    identifierUris: [],
    requestedAccessTokenVersion: 2,
    scopes: exposed,
    preAuthorizedApplications: []
  }
  const found = outcome(9, {
    requestedScopes: ['api://app/mcp_admin', 'api://app/new'],
    metadata: { resource: 'https://mcp.example/mcp', authorization_servers: [] },
    registration: { value: registration },
    graph: 'https://graph.microsoft.com'
  })
  t.match(found, { evidence: /exposes are mcp_access; mcp_admin is disabled$/, remedy: { text: /^Expose/ } })
  const { api } = (found as { remedy: { manifest: { api: { oauth2PermissionScopes: object[] } } } }).remedy.manifest
  t.strictSame(api.oauth2PermissionScopes.slice(0, 3), [exposed[0], { ...exposed[1], isEnabled: true }, exposed[2]])
  t.match(api.oauth2PermissionScopes.slice(3), [{ value: 'new', isEnabled: true }])
  t.equal(api.oauth2PermissionScopes.length, 4)
})

t.test('a host of its own is offered where there can be one, with scheme and port as they are', async t => {
  const table: Record<string, string | undefined> = {
    'https://mcp.contoso.example/a': 'host: <name>.mcp.contoso.example\npublicUrl: https://<name>.mcp.contoso.example',
    'http://mcp.contoso.example:8080/a':
      'host: <name>.mcp.contoso.example\npublicUrl: http://<name>.mcp.contoso.example:8080',
    'http://127.0.0.1:8080/a': undefined,
    'http://[::1]:8080/a': undefined,
    'http://localhost/a': undefined
  }
  for (const [mcpUrl, configuration] of Object.entries(table)) {
    const found = outcome(4, { neighbours: ['https://x/b'], mcpUrl })
    t.match(found, { severity: 'limit', remedy: { configuration } }, mcpUrl)
  }
})
