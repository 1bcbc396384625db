import type { Application } from './directory.ts'

/** What an application of Microsoft's own is made of. */
export interface FirstParty {
  readonly clientId: string
  readonly displayName: string
  readonly identifierUri: string
  readonly requestedAccessTokenVersion: 1 | 2
  readonly oauth2PermissionScopes: Application['oauth2PermissionScopes']
  readonly appRoles: Application['appRoles']
}

/** Makes an application that every tenant has. */
export const firstParty = ({ identifierUri, ...rest }: FirstParty): Application => ({
  ...rest,
  kind: 'application',
  signInAudience: 'AzureADMultipleOrgs',
  identifierUris: [identifierUri],
  preAuthorizedApplications: [],
  redirectUris: { publicClient: [], web: [], spa: [] },
  isFallbackPublicClient: false,
  clientSecrets: [],
  keyCredentials: [],
  federatedIdentityCredentials: [],
  optionalClaims: { accessToken: [] },
  groupMembershipClaims: 'None',
  appRoleAssignmentRequired: false,
  servicePrincipal: true,
  appRoleAssignments: [],
  oauth2PermissionGrants: [],
  groups: []
})

/** Where tokens are asked for that are exchanged for others: of managed identities and of agents. */
export const tokenExchange: Application = firstParty({
  clientId: 'fb60f99c-7a34-4190-8149-302f77469936',
  displayName: 'AAD Token Exchange Endpoint',
  identifierUri: 'api://AzureADTokenExchange',
  requestedAccessTokenVersion: 2,
  oauth2PermissionScopes: [],
  appRoles: []
})
