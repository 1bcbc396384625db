import { checkApplication, type Report } from './check-application.ts'
import { checkPerson, checkRoles } from './check-person.ts'
import { checkPolicy } from './check-policy.ts'
import type { Directory, TenantEntry } from './directory.ts'
import type { DirectoryPath } from './directory-error.ts'
import { tokenExchange } from './first-party.ts'
import { microsoftGraphId } from './microsoft-graph.ts'

/** Reports each value that stands twice where Entra allows it once. */
const createUniqueness = (report: Report) => {
  const seen = new Set<string>()
  return (kind: string, value: string, path: DirectoryPath): void => {
    const key = `${kind} ${value.toLowerCase()}`
    if (seen.has(key)) report(path, `the ${kind} ${value} is used twice`, 'Give each its own')
    seen.add(key)
  }
}

type Unique = ReturnType<typeof createUniqueness>

const checkApplications = (tenant: TenantEntry, unique: Unique, path: DirectoryPath, report: Report): void => {
  for (const [index, application] of tenant.applications.entries()) {
    const place = [...path, 'applications', index]
    unique('client ID', application.clientId, [...place, 'clientId'])
    for (const [i, uri] of application.identifierUris.entries()) {
      unique('identifier URI', uri, [...place, 'identifierUris', i])
    }
    for (const [i, { value }] of application.oauth2PermissionScopes.entries()) {
      unique(`scope of ${application.clientId}`, value, [...place, 'oauth2PermissionScopes', i])
    }
    checkApplication(application, tenant, place, report)
  }
}

const checkTenant = (tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  const unique = createUniqueness(report)
  unique('client ID', microsoftGraphId, path)
  unique('client ID', tokenExchange.clientId, path)
  checkApplications(tenant, unique, path, report)
  for (const [index, person] of tenant.people.entries()) {
    const place = [...path, 'people', index]
    unique('object ID', person.oid, [...place, 'oid'])
    unique('user principal name', person.upn, [...place, 'upn'])
    checkPerson(person, tenant, place, report)
  }
  for (const [index, { oid, appRoles }] of tenant.groups.entries()) {
    const place = [...path, 'groups', index]
    unique('object ID', oid, [...place, 'oid'])
    checkRoles(appRoles, tenant, place, report)
  }
  for (const [index, policy] of tenant.conditionalAccessPolicies.entries()) {
    const place = [...path, 'conditionalAccessPolicies', index]
    unique('policy ID', policy.id, [...place, 'id'])
    checkPolicy(policy, tenant, place, report)
  }
}

/** Checks what the schema cannot: uniqueness, references, and what Entra refuses when an app is registered. */
export const checkDirectory = (directory: Directory, report: Report): void => {
  const unique = createUniqueness(report)
  for (const [index, tenant] of directory.tenants.entries()) {
    unique('tenant ID', tenant.tenantId, ['tenants', index, 'tenantId'])
    checkTenant(tenant, ['tenants', index], report)
  }
}
