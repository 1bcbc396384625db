import type { ApplicationConfig, DirectoryConfig, TenantConfig } from '../src/index.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'

/** Identifiers of what this directory has beside the shared one. */
export const more = {
  ledger: '88888888-0000-4000-8000-000000000001',
  vault: '88888888-0000-4000-8000-000000000002',
  blueprint: '88888888-0000-4000-8000-000000000003',
  agent: '88888888-0000-4000-8000-000000000004',
  otherAgent: '88888888-0000-4000-8000-000000000005',
  otherBlueprint: '88888888-0000-4000-8000-000000000006',
  agentUser: 'aaaaaaaa-0000-4000-8000-000000000004',
  admin: 'aaaaaaaa-0000-4000-8000-000000000005',
  team: '99999999-0000-4000-8000-000000000001',
  mailingList: '99999999-0000-4000-8000-000000000002',
  writers: '99999999-0000-4000-8000-000000000003',
  mfaPolicy: '77777777-0000-4000-8000-000000000001',
  blockPolicy: '77777777-0000-4000-8000-000000000002',
  stepPolicy: '77777777-0000-4000-8000-000000000003'
} as const

/** The identifier URI of an API that wants multifactor authentication. */
export const ledgerUri = `api://${more.ledger}`
/** The identifier URI of the agent blueprint. */
export const blueprintUri = `api://${more.blueprint}`

const facets = ['xms_act_fct', 'xms_sub_fct', 'xms_tnt_fct', 'xms_idrel', 'xms_par_app_azp']

const mcp: ApplicationConfig = {
  clientId: ids.mcp,
  displayName: 'MCP',
  identifierUris: [mcpUri],
  requestedAccessTokenVersion: 2,
  clientSecrets: [secret],
  oauth2PermissionScopes: [{ value: 'mcp_access' }, { value: 'mcp_manage', type: 'Admin' }],
  appRoles: [{ value: 'Mcp.Operator', allowedMemberTypes: ['User', 'Application'] }],
  optionalClaims: { accessToken: ['acrs', 'xms_cc', 'acct', 'idtyp', ...facets].map(name => ({ name })) },
  groupMembershipClaims: 'SecurityGroup',
  preAuthorizedApplications: [{ appId: ids.desktop, scopes: ['mcp_access'] }],
  oauth2PermissionGrants: [
    { resource: ids.orders, scopes: ['orders_read'] },
    { resource: more.ledger, scopes: ['ledger_read'] },
    { resource: more.vault, scopes: ['vault_read'] }
  ]
}

const orders: ApplicationConfig = {
  clientId: ids.orders,
  displayName: 'Orders',
  identifierUris: [ordersUri],
  clientSecrets: [secret],
  oauth2PermissionScopes: [{ value: 'orders_read' }, { value: 'orders_write' }],
  appRoles: [{ value: 'Orders.Clerk', allowedMemberTypes: ['User'] }],
  groupMembershipClaims: 'ApplicationGroup',
  optionalClaims: { accessToken: [{ name: 'upn', additionalProperties: ['include_externally_authenticated_upn'] }] },
  preAuthorizedApplications: [{ appId: ids.desktop, scopes: ['orders_read'] }],
  oauth2PermissionGrants: [{ resource: ids.mcp, scopes: ['mcp_access'] }]
}

const api = (clientId: string, name: string): ApplicationConfig => ({
  clientId,
  displayName: name,
  identifierUris: [`api://${clientId}`],
  requestedAccessTokenVersion: 2,
  oauth2PermissionScopes: [{ value: `${name}_read` }],
  groupMembershipClaims: 'All',
  preAuthorizedApplications: [{ appId: ids.desktop, scopes: [`${name}_read`] }]
})

const agents: ApplicationConfig[] = [
  { ...api(more.blueprint, 'blueprint'), kind: 'agentIdentityBlueprint', clientSecrets: [secret] },
  { ...api(more.otherBlueprint, 'other'), kind: 'agentIdentityBlueprint', clientSecrets: [secret] },
  {
    clientId: more.agent,
    displayName: 'Agent',
    kind: 'agentIdentity',
    agentIdentityBlueprintId: more.blueprint,
    appRoleAssignments: [{ resource: ids.mcp, role: 'Mcp.Operator' }],
    oauth2PermissionGrants: [{ resource: ids.mcp, scopes: ['mcp_access'] }]
  },
  { clientId: more.otherAgent, displayName: 'B', kind: 'agentIdentity', agentIdentityBlueprintId: more.otherBlueprint }
]

/** The tenant of these tests: an API in the middle, APIs behind it, agents, policies. */
export const contoso = {
  tenantId: ids.tenant,
  displayName: 'Contoso',
  verifiedDomains: ['contoso.example'],
  applications: [
    mcp,
    orders,
    api(more.ledger, 'ledger'),
    api(more.vault, 'vault'),
    ...agents,
    { clientId: ids.desktop, displayName: 'Desktop', redirectUris: { publicClient: ['http://127.0.0.1/callback'] } },
    { clientId: ids.daemon, displayName: 'Daemon', clientSecrets: [secret] }
  ],
  people: [
    {
      oid: ids.ada,
      name: 'Ada Operator',
      upn: 'ada@contoso.example',
      appRoles: { [ids.orders]: ['Orders.Clerk'] },
      groups: [more.team, more.mailingList],
      directoryRoles: ['62e90394-69f5-4237-9190-012177145e10']
    },
    {
      oid: ids.gil,
      name: 'Gil Guest',
      upn: 'gil_fabrikam.example#EXT#@contoso.example',
      mail: 'gil@fabrikam.example',
      guest: true
    },
    {
      oid: ids.max,
      name: 'Max',
      upn: 'max@contoso.example',
      groups: [more.mailingList, more.writers],
      generatedGroups: 200
    },
    { oid: more.agentUser, name: 'Agent user', upn: 'agent@contoso.example', identityParentId: more.agent },
    { oid: more.admin, name: 'Alma Admin', upn: 'admin@contoso.example', administrator: true }
  ],
  groups: [
    { oid: more.team, appRoles: { [ids.mcp]: ['Mcp.Operator'], [ids.orders]: [] } },
    { oid: more.mailingList, securityEnabled: false }
  ],
  conditionalAccessPolicies: [
    { id: more.mfaPolicy, includeApplications: [more.ledger], builtInControl: 'mfa' },
    { id: more.blockPolicy, includeApplications: [more.vault], includeUsers: [ids.ada], builtInControl: 'block' },
    { id: more.stepPolicy, includeAuthenticationContexts: ['c2'], builtInControl: 'mfa' }
  ]
} as const satisfies TenantConfig

/** The directory of these tests, its tenant or its applications changed. */
export const contosoWith = (
  change: Partial<TenantConfig>,
  applications: Readonly<Record<string, Partial<ApplicationConfig>>> = {}
): DirectoryConfig => ({
  tenants: [
    {
      ...contoso,
      applications: contoso.applications.map(application => ({
        ...application,
        ...applications[application.clientId]
      })),
      ...change
    },
    { tenantId: ids.otherTenant, displayName: 'Fabrikam', applications: [{ clientId: ids.mcp, displayName: 'M' }] }
  ]
})

/** The directory of these tests. */
export const contosoDirectory: DirectoryConfig = contosoWith({})
