import type { Report } from './check-application.ts'
import type { ConditionalAccessPolicy, TenantEntry } from './directory.ts'
import type { DirectoryPath } from './directory-error.ts'
import { microsoftGraphId } from './microsoft-graph.ts'

/** Checks that a Conditional Access policy is about something, and names what is there. */
export const checkPolicy = (
  policy: ConditionalAccessPolicy,
  tenant: TenantEntry,
  path: DirectoryPath,
  report: Report
): void => {
  const { includeApplications, includeAuthenticationContexts, includeUsers } = policy
  if (includeApplications.length + includeAuthenticationContexts.length === 0) {
    report(path, 'the policy is about nothing', 'Add includeApplications or includeAuthenticationContexts')
  }
  const applications = new Set([microsoftGraphId, ...tenant.applications.map(({ clientId }) => clientId)])
  for (const [index, clientId] of includeApplications.entries()) {
    if (applications.has(clientId)) continue
    const place = [...path, 'includeApplications', index]
    report(place, `${clientId} is not an application`, 'Name an API of this tenant by its client ID')
  }
  for (const [index, oid] of includeUsers.entries()) {
    if (tenant.people.some(person => person.oid === oid)) continue
    report([...path, 'includeUsers', index], `${oid} is nobody`, 'Name a person of this tenant by object ID')
  }
}
