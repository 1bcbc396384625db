import { checkCredentials } from './check-credentials.ts'
import { checkRedirectUri, platforms } from './check-redirect-uri.ts'
import type { Application, TenantEntry } from './directory.ts'
import type { DirectoryPath } from './directory-error.ts'
import { checkIdentifierUri } from './identifier-uri.ts'
import { microsoftGraph } from './microsoft-graph.ts'

/** Reports one problem found in a directory. */
export type Report = (path: DirectoryPath, message: string, advice: string) => void

/** Scopes of OpenID Connect: no API can define them, and no access token carries them in `scp`. */
export const oidcScopes: readonly string[] = ['openid', 'profile', 'email', 'offline_access']

const checkScopes = ({ oauth2PermissionScopes }: Application, path: DirectoryPath, report: Report): void => {
  for (const [index, { value }] of oauth2PermissionScopes.entries()) {
    const place = [...path, 'oauth2PermissionScopes', index, 'value']
    if (value === '.default' || oidcScopes.includes(value)) {
      report(place, `${value} is reserved and cannot be a scope of an API`, 'Give the scope a name of its own')
    } else if (!/^[\w.:!#$%&'()*+,;<=>?@[\]^`{|}~-]{1,120}$/.test(value) || value.startsWith('.')) {
      report(place, `${value} is not a scope name`, 'Write the bare name without slash or space, as tokens carry it')
    }
  }
}

const checkUris = (application: Application, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  for (const [index, uri] of application.identifierUris.entries()) {
    const problem = checkIdentifierUri(uri, tenant, application)
    if (problem) report([...path, 'identifierUris', index], problem.message, problem.advice)
  }
  for (const platform of platforms) {
    for (const [index, uri] of application.redirectUris[platform].entries()) {
      const message = checkRedirectUri(uri, platform)
      if (message) report([...path, 'redirectUris', platform, index], message, 'Write a URI that Entra would register')
    }
  }
}

const checkGrants = (application: Application, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  const find = (clientId: string): Application | undefined =>
    [microsoftGraph, ...tenant.applications].find(candidate => candidate.clientId === clientId)
  for (const [index, { resource, role }] of application.appRoleAssignments.entries()) {
    const known = find(resource)?.appRoles.some(
      ({ value, allowedMemberTypes }) => value === role && allowedMemberTypes.includes('Application')
    )
    if (known || (role === undefined && find(resource))) continue
    const message = `${resource} has no app role ${role ?? ''} for applications`
    report([...path, 'appRoleAssignments', index], message, 'Name an API of this tenant and one of its appRoles')
  }
  for (const [index, { resource, scopes }] of application.oauth2PermissionGrants.entries()) {
    const known = find(resource)?.oauth2PermissionScopes.map(({ value }) => value)
    if (known && scopes.every(scope => known.includes(scope))) continue
    const message = `${resource} has not all of the scopes ${scopes.join(' ')}`
    report([...path, 'oauth2PermissionGrants', index], message, 'Name an API of this tenant and its bare scopes')
  }
  const own = new Set(application.oauth2PermissionScopes.map(({ value }) => value))
  for (const [index, { scopes }] of application.preAuthorizedApplications.entries()) {
    if (scopes.every(scope => own.has(scope))) continue
    const message = `${scopes.join(' ')} are not all scopes of ${application.displayName}`
    report([...path, 'preAuthorizedApplications', index, 'scopes'], message, 'Name scopes of oauth2PermissionScopes')
  }
}

const checkMemberships = ({ groups }: Application, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  for (const [index, id] of groups.entries()) {
    if (tenant.groups.find(({ oid }) => oid === id)?.securityEnabled ?? true) continue
    const message = `${id} is no security group, and a service principal can be in no other`
    report([...path, 'groups', index], message, 'Leave it out')
  }
}

/** Checks an app registration as strictly as Entra does, beyond what the schema can say. */
export const checkApplication = (
  application: Application,
  tenant: TenantEntry,
  path: DirectoryPath,
  report: Report
): void => {
  checkScopes(application, path, report)
  checkUris(application, tenant, path, report)
  checkGrants(application, tenant, path, report)
  checkCredentials(application, tenant, path, report)
  checkMemberships(application, tenant, path, report)
}
