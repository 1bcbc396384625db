import { chainEntries, type LoadedConfig, type RouteSettings } from '@sluice/core'
import {
  type AuthorizationServer,
  type FacadeTrials,
  graphOrigin,
  objectOf,
  type Read,
  readApplication,
  type ReadApplication,
  readAuthorizationServer,
  type Reading,
  readNetwork,
  type Registration,
  type ResourceMetadata,
  type ServerMetadata,
  type Setup,
  type SignInTrial,
  tryFacade,
  trySignIn,
  valueOf
} from '@sluice/doctor'
import type { TrialGateway } from './trial-gateway.ts'

/** What the person who asks can add. */
export interface SurveyOptions {
  /** Of Microsoft Graph, with Application.Read.All. */
  readonly graphToken: string | undefined
  /** The app registration from a file. */
  readonly registration: Registration | undefined
  /** A client whose authorization request is tried. */
  readonly client: { readonly clientId: string; readonly redirectUri: string } | undefined
}

/** Keys of jwt-entra that are looked at. */
export interface SignInConfig {
  readonly tenant?: string | readonly string[]
  readonly tenants?: readonly string[]
  readonly authority?: string
  /** Of another OpenID provider. */
  readonly issuer?: string
  readonly audiences: readonly string[]
}

/** Whether people sign in with Entra ID at a route, or why there is nothing to examine. */
export const reasonToSkip = (config: LoadedConfig, route: RouteSettings): string | undefined => {
  const signIn = signInConfig(config, route)
  if (signIn === undefined) return 'it has no jwt-entra: nobody signs in with Entra ID here'
  if (signIn.issuer !== undefined) return `people sign in at ${signIn.issuer}`
  const chain = chainEntries(config.settings, route.filters).map(({ plugin }) => plugin.name)
  return chain.includes('prm') ? undefined : 'it has no prm: clients cannot find out where to sign in'
}

/** Reads everything about a route that signing in depends on. @throws Error where its own metadata cannot be read */
export const survey = async (
  config: LoadedConfig,
  route: RouteSettings,
  trial: TrialGateway,
  options: SurveyOptions
): Promise<Setup> => {
  const metadata = await ownMetadata(route, trial.read)
  const challenged = await trial.challengedScopes()
  const requestedScopes = challenged.length > 0 ? challenged : (metadata.scopes_supported ?? [])
  const signIn = signInConfig(config, route) ?? { audiences: [] }
  const front = await readServer(metadata, route, trial.read)
  const entra = front.facade ? await readEntra(signIn, trial.read) : front
  const server = withCause(front, entra)
  const graph = graphOf(entra)
  const application = await findApplication(graph, signIn.audiences, requestedScopes, options, trial.read)
  return {
    route: route.name,
    mcpUrl: route.publicUrl,
    metadata,
    published: await publishedMetadata(route),
    requestedScopes,
    neighbours: neighboursOf(config, route),
    audiences: signIn.audiences,
    server,
    graph: valueOf(graph) ?? 'https://graph.microsoft.com',
    ...application,
    ...(await tryRequests(config, route, { server, entra, metadata, requestedScopes }, options, trial.read))
  }
}

/** A facade that says nothing of itself waits for Entra. */
const withCause = (front: AuthorizationServer, entra: AuthorizationServer): AuthorizationServer =>
  'missing' in front.metadata && 'missing' in entra.metadata ? { ...front, metadata: entra.metadata } : front

/** The configuration of a route's jwt-entra, if it has one. */
export const signInConfig = ({ settings }: LoadedConfig, route: RouteSettings): SignInConfig | undefined =>
  chainEntries(settings, route.filters).find(({ plugin }) => plugin.name === 'jwt-entra')?.config as
    | SignInConfig
    | undefined

/** RFC 9728 section 3.1. */
const metadataUrl = ({ publicUrl }: RouteSettings): string => {
  const { origin, pathname } = new URL(publicUrl)
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`
}

const ownMetadata = async (route: RouteSettings, read: Read): Promise<ResourceMetadata> =>
  objectOf(await read(metadataUrl(route))) as unknown as ResourceMetadata

const publishedMetadata = async (route: RouteSettings): Promise<Reading<ResourceMetadata>> => {
  const url = metadataUrl(route)
  try {
    const answer = await readNetwork(url)
    const document = answer.status === 200 ? objectOf(answer) : undefined
    return document === undefined
      ? { missing: `${url} answers ${answer.status}` }
      : { value: document as unknown as ResourceMetadata }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

const readServer = (
  { authorization_servers: [issuer = ''] }: ResourceMetadata,
  route: RouteSettings,
  read: Read
): Promise<AuthorizationServer> =>
  readAuthorizationServer(issuer, new URL(issuer).origin === new URL(route.publicUrl).origin, read)

const neighboursOf = (config: LoadedConfig, route: RouteSettings): readonly string[] =>
  config.settings.routes
    .filter(other => other !== route && new URL(other.publicUrl).origin === new URL(route.publicUrl).origin)
    .filter(other => chainEntries(config.settings, other.filters).some(({ plugin }) => plugin.name === 'prm'))
    .map(({ publicUrl }) => publicUrl)

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/** Behind a facade: what Entra itself says, of the first tenant. */
const readEntra = (
  { tenant, tenants, authority = 'https://login.microsoftonline.com' }: SignInConfig,
  read: Read
): Promise<AuthorizationServer> =>
  readAuthorizationServer(`${authority}/${[tenants ?? tenant ?? ''].flat()[0]}/v2.0`, false, read)

const graphOf = ({ metadata, metadataUrl }: AuthorizationServer): Reading<string> => {
  const document = valueOf(metadata)
  if (document === undefined || metadataUrl === undefined) return { missing: 'the metadata of the tenant' }
  try {
    return { value: graphOrigin(document, metadataUrl) }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

const nowhere = (missing: string): ReadApplication => ({ registration: { missing }, servicePrincipal: { missing } })

const findApplication = async (
  graph: Reading<string>,
  audiences: readonly string[],
  scopes: readonly string[],
  { registration, graphToken }: SurveyOptions,
  read: Read
): Promise<ReadApplication> => {
  const servicePrincipal = { missing: '--graph-token FILE' }
  if (registration !== undefined) return { registration: { value: registration }, servicePrincipal }
  if (graphToken === undefined) return nowhere('--graph-token FILE or --registration FILE')
  const [appId] = [...audiences, ...scopes].flatMap(text => guid.exec(text)?.[0] ?? [])
  if (appId === undefined) return nowhere('the client ID of the API under audiences')
  return 'missing' in graph ? nowhere(graph.missing) : readApplication(graph.value, appId, graphToken, read)
}

interface Asked {
  readonly server: AuthorizationServer
  /** The same, where no facade stands in front. */
  readonly entra: AuthorizationServer
  readonly metadata: ResourceMetadata
  readonly requestedScopes: readonly string[]
}

/** Makes the authorization requests that a sign-in consists of: the client's, and the gateway's own where it has one. */
const tryRequests = async (
  config: LoadedConfig,
  route: RouteSettings,
  { server, entra, metadata, requestedScopes }: Asked,
  { client }: SurveyOptions,
  read: Read
): Promise<Pick<Setup, 'tried' | 'facade'>> => {
  const asked = client && { ...client, scopes: requestedScopes, resource: metadata.resource }
  const tryWith = async <T>(
    { metadata: reading }: AuthorizationServer,
    made: SignInTrial | undefined,
    request: (document: ServerMetadata, trial: SignInTrial, read: Read) => Promise<Reading<T>>
  ): Promise<Reading<T>> => {
    if (made === undefined) return { missing: '--client ID and --redirect-uri URI' }
    return 'missing' in reading ? { missing: reading.missing } : request(reading.value, made, read)
  }
  const own = facadeConfig(config, route)
  if (!server.facade || own === undefined) return { tried: await tryWith(entra, asked, trySignIn) }
  const ofGateway = {
    clientId: own.clientId,
    redirectUri: `${server.issuer}/callback`,
    scopes: [...own.scopes, 'openid'],
    resource: ''
  }
  const gateway = await tryWith(entra, ofGateway, trySignIn)
  const facade: FacadeTrials = { gateway, client: await tryWith(server, asked, tryFacade) }
  return { tried: { missing: 'the facade stands in front' }, facade }
}

/** Keys of entra-oauth that are looked at. */
interface FacadeConfig {
  readonly clientId: string
  readonly scopes: readonly string[]
}

const facadeConfig = ({ settings }: LoadedConfig, route: RouteSettings): FacadeConfig | undefined =>
  chainEntries(settings, route.filters).find(({ plugin }) => plugin.name === 'entra-oauth')?.config as
    | FacadeConfig
    | undefined
