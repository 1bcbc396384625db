import type { LoadedConfig } from '@sluice/core'
import {
  type ApplicationConfig,
  type CloudName,
  type EntraEmulator,
  startEntraEmulator,
  type TenantConfig
} from '@sluice/entra-emulator'
import type { Test } from 'tap'
import { examineRoute } from '../../packages/cli/src/doctor/examine-route.ts'
import type { RouteReport } from '../../packages/cli/src/doctor/report.ts'
import { configuredGateway } from '../support/configured-gateway.ts'
import { freePort } from '../support/free-port.ts'

export const API = '22222222-3333-4444-8555-666666666666'
export const CLIENT = '33333333-4444-4555-8666-777777777777'
export const TENANT = '11111111-2222-4333-8444-555555555555'
const AUDITOR = '44444444-5555-4666-8777-888888888888'
const GRAPH = '00000003-0000-0000-c000-000000000000'

/** In which points a company's set-up differs from a good one. */
export interface Differences {
  /** Path of the route. Default: /mcp. */
  readonly path?: string
  /** Of the API's registration, by the URL of the MCP server. */
  readonly api?: (mcp: string) => Partial<ApplicationConfig>
  readonly tenant?: Partial<TenantConfig>
  /** Default: global. */
  readonly cloud?: CloudName
  /** The whole configuration of prm. */
  readonly prm?: (mcp: string, authority: string) => object
  readonly jwt?: object
  /** Scopes that the gateway requires; none leaves the filter out. Default: mcp_access. */
  readonly required?: readonly string[]
  /** More routes. */
  readonly routes?: (authority: string) => readonly object[]
}

/** A company with an MCP server behind Sluice in direct mode: people sign in at Entra itself. */
export interface Company {
  readonly entra: EntraEmulator
  /** As people type it. */
  readonly mcp: string
  readonly config: LoadedConfig
  /** What the doctor finds, with the app registration at hand and a client to try. */
  examine(config?: LoadedConfig): Promise<RouteReport>
}

export const company = async (t: Test, differences: Differences = {}): Promise<Company> => {
  const { path = '/mcp', api, tenant, cloud = 'global', prm, jwt, required = ['mcp_access'], routes } = differences
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const mcp = path === '/' ? origin : `${origin}${path}`
  const entra = await startEntraEmulator({
    directory: { tenants: [{ ...tenantWith(mcp, api?.(mcp)), ...tenant }] },
    autoSignIn: 'ada@contoso.example',
    cloud
  })
  t.teardown(() => entra.close())
  const metadata = prm?.(mcp, entra.authority) ?? goodMetadata(mcp, entra.authority)
  const filters = [
    { prm: metadata },
    { 'jwt-entra': { tenant: TENANT, authority: entra.authority, audiences: [API], ...jwt } },
    ...(required.length > 0 ? [{ scope: { required } }] : [])
  ]
  const { config, adminUrl } = await configuredGateway(t, {
    publicUrl: origin,
    listen: { port },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    routes: [{ name: 'demo', path, upstream: 'http://127.0.0.1:9/mcp', filters }, ...(routes?.(entra.authority) ?? [])]
  })
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  const options = {
    graphToken: entra.issueToken({ kind: 'app', client: AUDITOR, resource: GRAPH }),
    registration: undefined,
    client: { clientId: CLIENT, redirectUri: 'http://127.0.0.1/callback' }
  }
  return { entra, mcp, config, examine: (from = config) => examineRoute(from, from.settings.routes[0]!, options) }
}

/** Metadata of direct mode as it should be. */
export const goodMetadata = (mcp: string, authority: string) => ({
  tenant: TENANT,
  authority,
  scopesSupported: [`${mcp}/mcp_access`]
})

const tenantWith = (mcp: string, api: Partial<ApplicationConfig> = {}): TenantConfig => ({
  tenantId: TENANT,
  displayName: 'Contoso',
  applications: [
    {
      clientId: API,
      displayName: 'Contoso MCP',
      identifierUris: [mcp],
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ value: 'mcp_access' }],
      preAuthorizedApplications: [{ appId: CLIENT, scopes: ['mcp_access'] }],
      ...api
    },
    { clientId: CLIENT, displayName: 'A client', redirectUris: { publicClient: ['http://127.0.0.1/callback'] } },
    {
      clientId: AUDITOR,
      displayName: 'An auditor',
      appRoleAssignments: [{ resource: GRAPH, role: 'Application.Read.All' }]
    }
  ],
  people: [{ oid: '55555555-6666-4777-8888-999999999999', name: 'Ada', upn: 'ada@contoso.example' }]
})
