import type { Report } from './check-application.ts'
import type { Person, TenantEntry } from './directory.ts'
import type { DirectoryPath } from './directory-error.ts'

/** Checks roles by client ID, of a person or of a group. */
export const checkRoles = (
  appRoles: Readonly<Record<string, readonly string[]>>,
  tenant: TenantEntry,
  path: DirectoryPath,
  report: Report
): void => {
  for (const [clientId, roles] of Object.entries(appRoles)) {
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

const checkAgentUser = (person: Person, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  const { identityParentId } = person
  if (identityParentId === undefined) return
  const parent = tenant.applications.find(({ clientId }) => clientId === identityParentId)
  const place = [...path, 'identityParentId']
  if (parent?.kind !== 'agentIdentity') {
    report(place, `${identityParentId} is not an agent identity`, 'Name an application of kind agentIdentity')
  }
  const others = tenant.people.filter(other => other.identityParentId === identityParentId)
  if (others.length > 1) report(place, 'an agent identity has one user account', 'Give each its own agent identity')
}

/** Checks a person beyond what the schema can say. */
export const checkPerson = (person: Person, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  checkRoles(person.appRoles, tenant, path, report)
  checkAgentUser(person, tenant, path, report)
  if (!person.guest || person.upn.includes('#EXT#')) return
  const advice = 'Write name_home.domain#EXT#@this.domain'
  report([...path, 'upn'], 'the user principal name of a guest has #EXT# in it', advice)
}
