import type { Application } from './directory.ts'

/** The application ID of Microsoft Graph, the same in every tenant. */
export const microsoftGraphId = '00000003-0000-0000-c000-000000000000'

const permissions = [
  'Directory.Read.All',
  'Files.Read',
  'Group.Read.All',
  'GroupMember.Read.All',
  'Mail.Read',
  'Mail.Send',
  'User.Read',
  'User.Read.All',
  'User.ReadBasic.All'
]

/** Microsoft Graph as a resource: what a scope without a resource is looked for in. A few of its permissions. */
export const microsoftGraph: Application = {
  clientId: microsoftGraphId,
  displayName: 'Microsoft Graph',
  identifierUris: ['https://graph.microsoft.com'],
  requestedAccessTokenVersion: 1,
  oauth2PermissionScopes: permissions.map(value => ({ value })),
  appRoles: permissions
    .filter(value => value.endsWith('.All'))
    .map(value => ({ value, allowedMemberTypes: ['Application'] as const })),
  preAuthorizedApplications: [],
  redirectUris: { publicClient: [], web: [], spa: [] },
  isFallbackPublicClient: false,
  clientSecrets: [],
  optionalClaims: { accessToken: [] },
  groupMembershipClaims: 'None',
  appRoleAssignmentRequired: false,
  appRoleAssignments: [],
  oauth2PermissionGrants: []
}
