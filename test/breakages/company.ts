import type { LoadedConfig } from '@sluice/core'
import {
  type ApplicationConfig,
  type CloudName,
  type EntraEmulator,
  startEntraEmulator,
  type TenantConfig
} from '@sluice/entra-emulator'
import { startDemoMcpServer } from '@sluice/demo'
import type { Test } from 'tap'
import { examineRoute } from '../../packages/cli/src/doctor/examine-route.ts'
import type { RouteReport } from '../../packages/cli/src/doctor/report.ts'
import { configuredGateway } from '../support/configured-gateway.ts'
import { GATEWAY, GATEWAY_SECRET, SEALING_KEY } from '../support/facade.ts'
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

/** A company with an MCP server behind Sluice: people sign in at Entra itself, or through the gateway. */
export interface Company {
  readonly entra: EntraEmulator
  /** As people type it. */
  readonly mcp: string
  /** Where clients sign in. */
  readonly issuer: string
  readonly config: LoadedConfig
  /** What the doctor finds, with the app registration at hand and a client to try. */
  examine(config?: LoadedConfig): Promise<RouteReport>
}

/** @param mode Where people sign in: at Entra (`direct`), or through entra-oauth (`facade`) */
export const company = async (
  t: Test,
  differences: Differences = {},
  mode: 'direct' | 'facade' = 'direct'
): Promise<Company> => {
  const { path = '/mcp', api, tenant, cloud = 'global', prm, jwt, required = ['mcp_access'], routes } = differences
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const mcp = path === '/' ? origin : `${origin}${path}`
  const entra = await startEntraEmulator({
    directory: { tenants: [{ ...tenantWith(mcp, `${issuerAt(origin, path)}/callback`, api?.(mcp)), ...tenant }] },
    autoSignIn: 'ada@contoso.example',
    cloud
  })
  t.teardown(() => entra.close())
  const upstream = mode === 'direct' ? 'http://127.0.0.1:9/mcp' : await demoServer(t)
  const metadata: Metadata = prm?.(mcp, entra.authority) ?? goodMetadata(mcp, entra.authority)
  const issuer = mode === 'direct' ? `${entra.authority}/${TENANT}/v2.0` : issuerAt(origin, path)
  const [identifierUri = ''] = api?.(mcp).identifierUris ?? [mcp]
  const filters = [
    ...(mode === 'direct'
      ? [{ prm: metadata }]
      : [
          { prm: { authorizationServers: [issuer], ...scopesIn(metadata) } },
          { 'entra-oauth': facadeOf(entra, scopesOf(metadata, identifierUri)) }
        ]),
    { 'jwt-entra': { tenant: TENANT, authority: entra.authority, audiences: [API], ...jwt } },
    ...(required.length > 0 ? [{ scope: { required } }] : [])
  ]
  const { config, adminUrl } = await configuredGateway(t, {
    publicUrl: origin,
    listen: { port },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    sealing: { keys: [SEALING_KEY] },
    routes: [{ name: 'demo', path, upstream, filters }, ...(routes?.(entra.authority) ?? [])]
  })
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  const options = {
    graphToken: entra.issueToken({ kind: 'app', client: AUDITOR, resource: GRAPH }),
    registration: undefined,
    client: { clientId: CLIENT, redirectUri: 'http://127.0.0.1/callback' }
  }
  return {
    entra,
    mcp,
    issuer,
    config,
    examine: (from = config) => examineRoute(from, from.settings.routes[0]!, options)
  }
}

const demoServer = async (t: Test): Promise<string> => {
  const server = await startDemoMcpServer({})
  t.teardown(() => server.close())
  return server.url
}

interface Metadata {
  readonly scopesSupported?: readonly string[]
}

const issuerAt = (origin: string, path: string): string => `${origin}/oauth${path === '/' ? '' : path}`

const scopesIn = ({ scopesSupported }: Metadata): Metadata => (scopesSupported === undefined ? {} : { scopesSupported })

/** What an operator with that metadata lists for the facade, which takes scopes in full only. */
const scopesOf = ({ scopesSupported = [] }: Metadata, identifierUri: string): readonly string[] => {
  const full = scopesSupported.filter(scope => scope.includes('/'))
  return full.length > 0 ? full : [`${identifierUri}/mcp_access`]
}

const facadeOf = ({ authority }: EntraEmulator, scopes: readonly string[]) => ({
  tenant: TENANT,
  authority,
  clientId: GATEWAY,
  credential: { secret: GATEWAY_SECRET },
  scopes,
  registration: 'dcr',
  clients: [{ id: CLIENT, redirectUris: ['http://127.0.0.1/callback'] }]
})

/** Metadata of direct mode as it should be. */
export const goodMetadata = (mcp: string, authority: string) => ({
  tenant: TENANT,
  authority,
  scopesSupported: [`${mcp}/mcp_access`]
})

const tenantWith = (mcp: string, callback: string, api: Partial<ApplicationConfig> = {}): TenantConfig => ({
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
      clientId: GATEWAY,
      displayName: 'Sluice',
      redirectUris: { web: [callback] },
      clientSecrets: [GATEWAY_SECRET],
      oauth2PermissionGrants: [{ resource: API, scopes: ['mcp_access'] }]
    },
    {
      clientId: AUDITOR,
      displayName: 'An auditor',
      appRoleAssignments: [{ resource: GRAPH, role: 'Application.Read.All' }]
    }
  ],
  people: [{ oid: '55555555-6666-4777-8888-999999999999', name: 'Ada', upn: 'ada@contoso.example' }]
})
