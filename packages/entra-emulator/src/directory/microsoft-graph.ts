import { firstParty } from './first-party.ts'

/** The application ID of Microsoft Graph, the same in every tenant. */
export const microsoftGraphId = '00000003-0000-0000-c000-000000000000'

/** Permissions that a person may grant for themselves. */
const forPeople = ['Files.Read', 'Mail.Read', 'Mail.Send', 'User.Read', 'User.ReadBasic.All']

/** Permissions that only an administrator grants. */
const forAdministrators = [
  'Application.Read.All',
  'Directory.Read.All',
  'Group.Read.All',
  'GroupMember.Read.All',
  'User.Read.All'
]

/** Microsoft Graph as a resource: what a scope without a resource is looked for in. A few of its permissions. */
export const microsoftGraph = firstParty({
  clientId: microsoftGraphId,
  displayName: 'Microsoft Graph',
  identifierUri: 'https://graph.microsoft.com',
  requestedAccessTokenVersion: 1,
  oauth2PermissionScopes: [
    ...forPeople.map(value => ({ value, type: 'User' as const })),
    ...forAdministrators.map(value => ({ value, type: 'Admin' as const }))
  ],
  appRoles: [...forPeople, ...forAdministrators]
    .filter(value => value.endsWith('.All'))
    .map(value => ({ value, allowedMemberTypes: ['Application'] as const }))
})
