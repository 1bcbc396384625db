import type { DirectoryConfig } from '@sluice/entra-emulator'

/** The tenant of the demonstration. */
export const TENANT_ID = '11111111-2222-4333-8444-555555555555'
/** The app registration that stands for the MCP server: the audience of its tokens. */
export const API_CLIENT_ID = '22222222-3333-4444-8555-666666666666'
/** The app registration of the demonstration's own client: public, pre-authorised. */
export const DEMO_CLIENT_ID = '33333333-4444-4555-8666-777777777777'
/** Visual Studio Code, the same id in every tenant. */
export const VS_CODE_CLIENT_ID = 'aebc6443-996d-45c2-90f0-388ff96faa56'
/** Who is signed in without being asked. */
export const SIGNED_IN_AS = 'ada@contoso.example'

/**
 * The demonstration's directory: one tenant with the API that Sluice protects, its clients and a person.
 *
 * @param resource The MCP endpoint's URL, which has to be the API's identifier URI byte for byte.
 */
export const demoDirectory = (resource: string): DirectoryConfig => ({
  tenants: [
    {
      tenantId: TENANT_ID,
      displayName: 'Contoso',
      applications: [
        {
          clientId: API_CLIENT_ID,
          displayName: 'Contoso MCP',
          identifierUris: [resource],
          requestedAccessTokenVersion: 2,
          oauth2PermissionScopes: [{ value: 'mcp_access' }],
          preAuthorizedApplications: [DEMO_CLIENT_ID, VS_CODE_CLIENT_ID].map(appId => ({
            appId,
            scopes: ['mcp_access']
          }))
        },
        {
          clientId: DEMO_CLIENT_ID,
          displayName: 'Sluice demonstration',
          redirectUris: { publicClient: ['http://127.0.0.1/callback'] }
        },
        {
          clientId: VS_CODE_CLIENT_ID,
          displayName: 'Visual Studio Code',
          redirectUris: { publicClient: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'] }
        }
      ],
      people: [{ oid: '55555555-6666-4777-8888-999999999999', name: 'Ada Lovelace', upn: SIGNED_IN_AS }]
    }
  ]
})
