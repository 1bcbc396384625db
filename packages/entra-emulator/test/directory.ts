import type { DirectoryConfig } from '../src/index.ts'

/** Identifiers of the directory that the tests share. */
export const ids = {
  tenant: '11111111-2222-4333-8444-555555555555',
  otherTenant: '66666666-7777-4888-9999-000000000000',
  mcp: 'b92d6e60-86ff-4359-b971-04404fe079ec',
  orders: '3c7e0f52-91ad-4b0e-8a64-5d2b7c9e1f30',
  closed: '77777777-91ad-4b0e-8a64-5d2b7c9e1f30',
  desktop: '6f1a8c1e-3d0b-4a57-9e55-0c2d4f6b8a10',
  web: 'e2c5b8a1-0d3f-4e6a-9b7c-1f2e3d4c5b6a',
  spa: 'f3d6c9b2-1e40-4f7b-8c8d-2031425364a7',
  daemon: 'd4a90b7f-2c1e-4f83-b6d5-7e8091a2c3d4',
  ada: 'aaaaaaaa-0000-4000-8000-000000000001',
  gil: 'aaaaaaaa-0000-4000-8000-000000000002',
  max: 'aaaaaaaa-0000-4000-8000-000000000003'
} as const

/** The identifier URI of the version 2 API. */
export const mcpUri = 'http://127.0.0.1:8080/mcp'
/** The identifier URI of the version 1 API. */
export const ordersUri = `api://${ids.orders}`
/** The secret of the web and daemon clients; it must never be seen in an answer. */
export const secret = 'a-secret-that-must-not-leak'

const mcp = {
  clientId: ids.mcp,
  displayName: 'MCP <server>',
  identifierUris: [mcpUri, 'https://mcp.contoso.example/mcp'],
  requestedAccessTokenVersion: 2,
  oauth2PermissionScopes: [{ value: 'mcp_access' }, { value: 'mcp_admin' }],
  appRoles: [
    { value: 'Mcp.Invoke', allowedMemberTypes: ['Application'] },
    { value: 'Mcp.Operator', allowedMemberTypes: ['User'] }
  ],
  optionalClaims: { accessToken: [{ name: 'idtyp' }, { name: 'acct' }, { name: 'acrs' }, { name: 'xms_cc' }] },
  groupMembershipClaims: 'SecurityGroup',
  preAuthorizedApplications: [
    { appId: ids.desktop, scopes: ['mcp_access'] },
    { appId: ids.web, scopes: ['mcp_access'] },
    { appId: ids.spa, scopes: ['mcp_access'] }
  ]
} as const

/** The directory that the tests share. */
export const directory: DirectoryConfig = {
  tenants: [
    {
      tenantId: ids.tenant,
      displayName: 'Contoso',
      verifiedDomains: ['contoso.example'],
      applications: [
        mcp,
        {
          clientId: ids.orders,
          displayName: 'Orders',
          identifierUris: [ordersUri],
          oauth2PermissionScopes: [{ value: 'orders_read' }],
          preAuthorizedApplications: [{ appId: ids.desktop, scopes: ['orders_read'] }]
        },
        {
          clientId: ids.closed,
          displayName: 'Closed',
          identifierUris: [`api://${ids.closed}`],
          oauth2PermissionScopes: [{ value: 'open' }],
          appRoleAssignmentRequired: true,
          preAuthorizedApplications: [{ appId: ids.desktop, scopes: ['open'] }]
        },
        {
          clientId: ids.desktop,
          displayName: 'Desktop',
          redirectUris: { publicClient: ['http://127.0.0.1/callback', 'http://localhost', 'com.contoso.app://back'] }
        },
        {
          clientId: ids.web,
          displayName: 'Web',
          redirectUris: { web: ['https://web.contoso.example/cb?x=1', 'http://localhost:5000/cb'] },
          clientSecrets: [secret]
        },
        { clientId: ids.spa, displayName: 'Spa', redirectUris: { spa: ['https://spa.contoso.example/cb'] } },
        {
          clientId: ids.daemon,
          displayName: 'Daemon',
          clientSecrets: [secret],
          appRoleAssignments: [{ resource: ids.mcp, role: 'Mcp.Invoke' }]
        }
      ],
      people: [
        {
          oid: ids.ada,
          name: 'Ada Operator',
          upn: 'ada@contoso.example',
          mail: 'ada@contoso.example',
          appRoles: { [ids.mcp]: ['Mcp.Operator'] },
          groups: ['99999999-0000-4000-8000-000000000001']
        },
        {
          oid: ids.gil,
          name: 'Gil "<Guest>"',
          upn: 'gil_x#EXT#@contoso.example',
          mail: 'gil@fabrikam.example',
          guest: true
        },
        { oid: ids.max, name: 'Max', upn: 'max@contoso.example', generatedGroups: 201 }
      ]
    },
    { tenantId: ids.otherTenant, displayName: 'Fabrikam', applications: [{ clientId: ids.desktop, displayName: 'D' }] }
  ]
}
