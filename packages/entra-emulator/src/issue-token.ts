import type { Application, Person } from './directory/directory.ts'
import type { Tenant } from './directory/tenant.ts'
import type { Emulation } from './emulation.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { ClientStrength } from './token/client-authentication.ts'

/** What a token made for a test is like; everything has a default, so that a test names only what it is about. */
export interface IssueTokenOptions {
  /** An access token of a person, one of an application by itself, or an ID token. Default `delegated`. */
  readonly kind?: 'delegated' | 'app' | 'id'
  /** Default: the first tenant. */
  readonly tenantId?: string
  /** Client ID or identifier URI of the API. Default: the first application with scopes or app roles. */
  readonly resource?: string
  /** Client ID. Default: the first pre-authorised client, for `app` the first one with a role. */
  readonly client?: string
  /** User principal name or object ID. Default: the first person. */
  readonly person?: string
  /** Bare names. Default: all scopes of the API. */
  readonly scopes?: readonly string[]
  /** Token version, whatever the API asked for. */
  readonly version?: 1 | 2
  /** `azpacr` or `appidacr`. Default 0, for `app` 1, for agent identities 2. */
  readonly clientStrength?: ClientStrength
  /** Whether the sign-in took more than a password. Default false. */
  readonly multifactor?: boolean
  /** Seconds, from now; may be negative. */
  readonly expiresIn?: number
  /** Claims to add or replace; `undefined` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters to add or replace; `undefined` takes one away. The signature is RS256 over them whatever they say. */
  readonly header?: Readonly<Record<string, unknown>>
  /** Whose key signs: the current one, or one that no key set lists. Default `current`. */
  readonly key?: 'current' | 'unpublished'
}

const found = <T>(value: T | undefined, what: string, name: string | undefined): T => {
  if (value === undefined) throw new Error(`The directory has no ${what} ${name ?? ''}: add it, or name another`)
  return value
}

const isApi = ({ oauth2PermissionScopes, appRoles }: Application): boolean =>
  oauth2PermissionScopes.length > 0 || appRoles.length > 0

const chooseResource = (tenant: Tenant, name: string | undefined): Application =>
  found(name === undefined ? tenant.applications.find(isApi) : tenant.findResource(name), 'API', name)

const chooseClient = (tenant: Tenant, resource: Application, { client, kind }: IssueTokenOptions): Application => {
  if (client !== undefined) return found(tenant.findClient(client), 'client', client)
  const assigned = tenant.applications.find(({ appRoleAssignments }) =>
    appRoleAssignments.some(assignment => assignment.resource === resource.clientId)
  )
  const preAuthorized = resource.preAuthorizedApplications
    .map(({ appId }) => tenant.findClient(appId))
    .find(candidate => candidate !== undefined)
  return (kind === 'app' ? assigned : preAuthorized) ?? preAuthorized ?? assigned ?? resource
}

const usualStrength = (client: Application, kind: IssueTokenOptions['kind']): ClientStrength => {
  if (client.kind === 'agentIdentity') return '2'
  return kind === 'app' ? '1' : '0'
}

const signInOf = (emulation: Emulation, person: Person, { multifactor = false }: IssueTokenOptions): SignIn => {
  const revocations = emulation.revocations.count(person)
  return { person, authTime: emulation.now(), multifactor, revocations }
}

/**
 * Mints a token without a sign-in: for tests only.
 *
 * @throws Error if the directory does not have what the options name.
 */
export const issueToken = (emulation: Emulation, options: IssueTokenOptions): string => {
  const { kind = 'delegated', tenantId, person: upn, version, scopes, expiresIn, claims, header } = options
  const tenant = found(
    tenantId === undefined ? emulation.tenants[0] : emulation.tenants.find(entry => entry.tenantId === tenantId),
    'tenant',
    tenantId
  )
  const registered = chooseResource(tenant, options.resource)
  const resource = version === undefined ? registered : { ...registered, requestedAccessTokenVersion: version }
  const client = chooseClient(tenant, resource, options)
  const choosePerson = () => found(upn === undefined ? tenant.people[0] : tenant.findPerson(upn), 'person', upn)
  const key = options.key === 'unpublished' ? emulation.keys.unpublished : undefined
  const overrides = { header, claims, key, expiresIn }
  if (kind === 'id') {
    const owner = { tenantId: tenant.tenantId, client }
    const request = { ...owner, person: choosePerson(), oidcScopes: ['openid', 'profile', 'email'] }
    return emulation.minter.idToken(request, overrides).token
  }
  const request = {
    tenant,
    client,
    clientStrength: options.clientStrength ?? usualStrength(client, kind),
    resource,
    resourceName: options.resource ?? resource.identifierUris[0] ?? resource.clientId,
    signIn: kind === 'app' ? undefined : signInOf(emulation, choosePerson(), options),
    scopes: scopes ?? resource.oauth2PermissionScopes.map(({ value }) => value),
    contexts: [],
    capabilities: []
  } as const
  return emulation.minter.accessToken(request, overrides).token
}
