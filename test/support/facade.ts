import { startDemoMcpServer } from '@sluice/demo'
import { type EntraEmulator, type EntraEmulatorOptions, startEntraEmulator } from '@sluice/entra-emulator'
import type { Plugin } from '@sluice/plugin-api'
import type { Closing } from './closing.ts'
import { configuredGateway } from './configured-gateway.ts'
import { API, CLIENT, TENANT } from './contoso.ts'
import { freePort } from './free-port.ts'
import type { LogLine } from './log.ts'

/** The gateway's own registration at Entra. */
export const GATEWAY = '66666666-7777-4888-8999-aaaaaaaaaaaa'
export const GATEWAY_SECRET = 'the-secret-of-the-gateway'
/** A client that the operator of the gateway knows, and Entra does not. */
export const KNOWN = 'known-client'
export const SCOPE = `api://${API}/mcp_access`
export const SEALING_KEY = 'a secret of thirty-two characters or more'

/** A company whose API is called `api://…`, so that no client can sign in at Entra by itself; with the facade in front. */
export interface Facade {
  readonly entra: EntraEmulator
  readonly mcp: string
  readonly issuer: string
  readonly admin: string
  readonly log: readonly LogLine[]
  /**
   * Starts another process of the same gateway, as far as it can be told from outside, and gives where its facade answers.
   *
   * @param changes What its entra-oauth is configured with otherwise
   */
  replica(changes?: object): Promise<string>
}

export interface FacadeOptions {
  /** More keys of entra-oauth. */
  readonly oauth?: Record<string, unknown>
  /** Without it prm leads clients straight to Entra. */
  readonly facade?: boolean
  readonly entra?: Partial<EntraEmulatorOptions>
  /** Changes the directory before Entra starts. */
  readonly directory?: (directory: FacadeDirectory) => void
  /** Global filters. */
  readonly filters?: readonly object[]
  readonly host?: string
  readonly sealing?: readonly string[]
  /** In place of those that come with the command. */
  readonly plugins?: readonly Plugin[]
}

/** Starts the company from a configuration, and closes it with the test. */
export const facade = async (t: Closing, options: FacadeOptions = {}): Promise<Facade> => {
  const server = await startDemoMcpServer({})
  t.teardown(() => server.close())
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const [mcp, issuer] = [`${publicUrl}/mcp`, `${publicUrl}/oauth/mcp`]
  const directory = directoryOf(issuer)
  options.directory?.(directory)
  // Looked up at each call: a test may move the clock.
  const common = { directory, autoSignIn: 'ada@contoso.example', now: () => Date.now() }
  const entra = await startEntraEmulator({ ...common, ...options.entra })
  // A test may have closed it.
  t.teardown(() => entra.close().catch(() => {}))
  const at = { tenant: TENANT, authority: entra.authority }
  const direct = options.facade === false
  const oauth = {
    ...at,
    clientId: GATEWAY,
    credential: { secret: GATEWAY_SECRET },
    scopes: [SCOPE, `api://${API}/mcp_admin`],
    clients: [{ id: KNOWN, name: 'A known client', redirectUris: ['http://127.0.0.1/callback'] }],
    ...options.oauth
  }
  const configuration = (oauth: object) => ({
    publicUrl,
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    sealing: { keys: options.sealing ?? [SEALING_KEY] },
    filters: options.filters ?? [],
    routes: [
      {
        name: 'demo',
        path: '/mcp',
        upstream: server.url,
        filters: [
          { prm: { ...(direct ? at : { authorizationServers: [issuer] }), scopesSupported: [SCOPE] } },
          ...(direct ? [] : [{ 'entra-oauth': oauth }]),
          { 'jwt-entra': { ...at, audiences: [API] } },
          { scope: { required: ['mcp_access'] } }
        ]
      }
    ]
  })
  const start = async (listening: number, changes: object = {}) => {
    const listen = { host: options.host ?? '127.0.0.1', port: listening }
    const config = { ...configuration({ ...oauth, ...changes }), listen }
    const gateway = await configuredGateway(t, config, { plugins: options.plugins ?? [] })
    while ((await fetch(`${gateway.adminUrl}/readyz`)).status !== 200)
      await new Promise(resolve => setImmediate(resolve))
    return gateway
  }
  const gateway = await start(port)
  const replica = async (changes?: object) => `${(await start(0, changes)).url}/oauth/mcp`
  return { entra, mcp, issuer, admin: gateway.adminUrl, log: gateway.log, replica }
}

type FacadeDirectory = ReturnType<typeof directoryOf>

const directoryOf = (issuer: string) => ({
  tenants: [
    {
      tenantId: TENANT,
      displayName: 'Contoso',
      applications: [
        {
          clientId: API,
          displayName: 'Contoso MCP',
          identifierUris: [`api://${API}`],
          requestedAccessTokenVersion: 2 as const,
          oauth2PermissionScopes: [{ value: 'mcp_access' }, { value: 'mcp_admin' }],
          preAuthorizedApplications: [GATEWAY, CLIENT].map(appId => ({ appId, scopes: ['mcp_access', 'mcp_admin'] }))
        },
        {
          clientId: GATEWAY,
          displayName: 'Sluice',
          redirectUris: { web: [`${issuer}/callback`] } as Record<string, string[]>,
          clientSecrets: [GATEWAY_SECRET] as string[],
          keyCredentials: [] as { key: string }[]
        },
        { clientId: CLIENT, displayName: 'A client', redirectUris: { publicClient: ['http://127.0.0.1/callback'] } }
      ],
      people: [
        { oid: '55555555-6666-4777-8888-999999999999', name: 'Ada', upn: 'ada@contoso.example' },
        { oid: '55555555-6666-4777-8888-aaaaaaaaaaaa', name: 'Grace', upn: 'grace@contoso.example' }
      ]
    }
  ]
})
