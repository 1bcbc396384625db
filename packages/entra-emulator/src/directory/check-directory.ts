import { checkApplication, type Report } from './check-application.ts'
import type { Directory, Person, TenantEntry } from './directory.ts'
import type { DirectoryPath } from './directory-error.ts'
import { microsoftGraphId } from './microsoft-graph.ts'

const checkPerson = (person: Person, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  for (const [clientId, roles] of Object.entries(person.appRoles)) {
    const application = tenant.applications.find(candidate => candidate.clientId === clientId)
    const known = (application?.appRoles ?? []).filter(({ allowedMemberTypes }) => allowedMemberTypes.includes('User'))
    const unknown = roles.find(role => !known.some(({ value }) => value === role))
    if (application && unknown === undefined) continue
    const message = application ? `${unknown} is not an app role for people` : `${clientId} is not an application`
    report(
      [...path, 'appRoles', clientId],
      message,
      'Name an API of this tenant and its appRoles with member type User'
    )
  }
}

/** Reports each value that stands twice where Entra allows it once. */
const createUniqueness = (report: Report) => {
  const seen = new Set<string>()
  return (kind: string, value: string, path: DirectoryPath): void => {
    const key = `${kind} ${value.toLowerCase()}`
    if (seen.has(key)) report(path, `the ${kind} ${value} is used twice`, 'Give each its own')
    seen.add(key)
  }
}

const checkTenant = (tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  const unique = createUniqueness(report)
  unique('client ID', microsoftGraphId, path)
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
  for (const [index, person] of tenant.people.entries()) {
    const place = [...path, 'people', index]
    unique('object ID', person.oid, [...place, 'oid'])
    unique('user principal name', person.upn, [...place, 'upn'])
    checkPerson(person, tenant, place, report)
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
