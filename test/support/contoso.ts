import type { GatewayOptions } from '@sluice/core'
import { type DemoMcpServerOptions, startDemoMcpServer } from '@sluice/demo'
import { type EntraEmulator, type EntraEmulatorOptions, startEntraEmulator } from '@sluice/entra-emulator'
import type { Closing } from './closing.ts'
import { configuredGateway } from './configured-gateway.ts'
import { freePort } from './free-port.ts'
import type { LogLine } from './log.ts'

export const API = '22222222-3333-4444-8555-666666666666'
export const OTHER_API = '22222222-3333-4444-8555-777777777777'
export const CLIENT = '33333333-4444-4555-8666-777777777777'
/** A single-page application. */
export const PAGE_CLIENT = '33333333-4444-4555-8666-888888888888'
export const DAEMON = '44444444-5555-4666-8777-888888888888'
export const DAEMON_SECRET = 'the-secret-of-the-daemon'
export const TENANT = '11111111-2222-4333-8444-555555555555'
export const OTHER_TENANT = '11111111-2222-4333-8444-666666666666'

/** A company: Entra ID (the emulator), an MCP server, and Sluice in front of it. */
export interface Contoso {
  readonly entra: EntraEmulator
  /** URL of the MCP server as clients know it. */
  readonly mcp: string
  readonly admin: string
  readonly log: readonly LogLine[]
  close(): Promise<void>
}

export interface ContosoOptions {
  readonly server?: DemoMcpServerOptions
  readonly entra?: Partial<EntraEmulatorOptions>
  /** The upstream, if it is not the demo's MCP server. */
  readonly upstream?: string
  readonly version?: 1 | 2
  readonly required?: readonly string[]
  readonly appRoles?: readonly string[]
  /** Origin of the single-page application. */
  readonly page?: string
  /** Where the gateway listens. */
  readonly host?: string
  /** Global filters. */
  readonly filters?: readonly object[]
  /** Filters behind those of the route. */
  readonly routeFilters?: readonly object[]
  readonly patience?: GatewayOptions['patience']
  /** More keys of jwt-entra. */
  readonly jwt?: Record<string, unknown>
}

/** Starts a company from a YAML file, as an operator would, and closes it with the test. */
export const contoso = async (t: Closing, options: ContosoOptions = {}): Promise<Contoso> => {
  const server = await startDemoMcpServer(options.server ?? {})
  t.teardown(() => server.close())
  const gatewayPort = await freePort()
  const publicUrl = `http://127.0.0.1:${gatewayPort}`
  const mcp = `${publicUrl}/mcp`
  const directory = directoryOf(mcp, options)
  const entra = await startEntraEmulator({ directory, autoSignIn: 'ada@contoso.example', ...options.entra })
  t.teardown(() => entra.close())
  const { required = ['mcp_access'], appRoles, jwt = {}, upstream = server.url } = options
  const config = {
    publicUrl,
    listen: { host: options.host ?? '127.0.0.1', port: gatewayPort },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: options.filters ?? [],
    routes: [
      {
        name: 'demo',
        path: '/mcp',
        upstream,
        filters: [
          {
            prm: {
              tenant: TENANT,
              authority: entra.authority,
              scopesSupported: ['mcp_access', 'mcp_admin'].map(scope => `${mcp}/${scope}`)
            }
          },
          { 'jwt-entra': { tenant: TENANT, authority: entra.authority, audiences: [API, `api://${API}`], ...jwt } },
          { scope: { required, ...(appRoles && { appRoles }) } },
          ...(options.routeFilters ?? [])
        ]
      }
    ]
  }
  const gateway = await configuredGateway(t, config, options.patience && { patience: options.patience })
  await ready(gateway.adminUrl)
  return { entra, mcp, admin: gateway.adminUrl, log: gateway.log, close: () => gateway.close() }
}

/** Waits until the gateway says that it is ready: its keys are there. */
const ready = async (admin: string): Promise<void> => {
  while ((await fetch(`${admin}/readyz`)).status !== 200) await new Promise(resolve => setImmediate(resolve))
}

const directoryOf = (
  mcp: string,
  { version = 2, page = 'http://localhost:1' }: ContosoOptions
): EntraEmulatorOptions['directory'] => ({
  tenants: [
    {
      tenantId: TENANT,
      displayName: 'Contoso',
      applications: [
        {
          clientId: API,
          displayName: 'Contoso MCP',
          // Entra takes an https URL (and the emulator a loopback one) only for version 2 tokens.
          identifierUris: [version === 2 ? mcp : `api://${API}`],
          requestedAccessTokenVersion: version,
          oauth2PermissionScopes: [{ value: 'mcp_access' }, { value: 'mcp_admin' }],
          appRoles: [
            { value: 'Mcp.Invoke', allowedMemberTypes: ['Application'] },
            { value: 'Mcp.Other', allowedMemberTypes: ['Application', 'User'] }
          ],
          optionalClaims: { accessToken: [{ name: 'idtyp' }] },
          preAuthorizedApplications: [CLIENT, PAGE_CLIENT].map(appId => ({
            appId,
            scopes: ['mcp_access', 'mcp_admin']
          }))
        },
        {
          clientId: OTHER_API,
          displayName: 'Another API',
          identifierUris: [`api://${OTHER_API}`],
          requestedAccessTokenVersion: 2,
          oauth2PermissionScopes: [{ value: 'mcp_access' }]
        },
        { clientId: CLIENT, displayName: 'A client', redirectUris: { publicClient: ['http://127.0.0.1/callback'] } },
        {
          clientId: PAGE_CLIENT,
          displayName: 'A page that calls MCP servers',
          redirectUris: { spa: [`${page}/callback`] }
        },
        {
          clientId: DAEMON,
          displayName: 'A daemon',
          clientSecrets: [DAEMON_SECRET],
          appRoleAssignments: [{ resource: API, role: 'Mcp.Invoke' }]
        }
      ],
      people: [
        {
          oid: '55555555-6666-4777-8888-999999999999',
          name: 'Ada',
          upn: 'ada@contoso.example',
          appRoles: { [API]: ['Mcp.Other'] }
        }
      ]
    },
    {
      tenantId: OTHER_TENANT,
      displayName: 'Fabrikam',
      applications: [
        {
          clientId: API,
          displayName: 'Same client id, other tenant',
          requestedAccessTokenVersion: 2,
          oauth2PermissionScopes: [{ value: 'mcp_access' }]
        }
      ],
      people: [{ oid: '55555555-6666-4777-8888-aaaaaaaaaaaa', name: 'Mallory', upn: 'mallory@fabrikam.example' }]
    }
  ]
})
