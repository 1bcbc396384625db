import type { Application } from '../directory/directory.ts'
import { derivedGuid, servicePrincipalId } from '../tokens/subject.ts'
import type { GraphCaller } from './graph-caller.ts'
import { GraphError } from './graph-error.ts'

/** An application by its client ID: its registration, or its service principal in the tenant. */
export interface ApplicationTarget {
  readonly collection: 'applications' | 'servicePrincipals'
  readonly appId: string
}

const sufficient = ['Application.Read.All', 'Directory.Read.All']

const scopeId = (application: Application, name: string): string => derivedGuid(`scope ${application.clientId} ${name}`)

const roleId = (application: Application, name: string): string => derivedGuid(`role ${application.clientId} ${name}`)

const permissionScopes = (application: Application): readonly object[] =>
  application.oauth2PermissionScopes.map(({ value, type, userConsentDisplayName = null }) => ({
    id: scopeId(application, value),
    value,
    type,
    isEnabled: true,
    userConsentDisplayName
  }))

const appRoles = (application: Application): readonly object[] =>
  application.appRoles.map(role => ({ id: roleId(application, role.value), ...role, isEnabled: true }))

type View = (application: Application, tenantId: string) => Readonly<Record<string, unknown>>

const registration: View = (application, tenantId) => ({
  id: derivedGuid(`application ${tenantId} ${application.clientId}`),
  appId: application.clientId,
  displayName: application.displayName,
  signInAudience: application.signInAudience,
  identifierUris: application.identifierUris,
  isFallbackPublicClient: application.isFallbackPublicClient,
  groupMembershipClaims: application.groupMembershipClaims,
  api: {
    requestedAccessTokenVersion: application.requestedAccessTokenVersion,
    oauth2PermissionScopes: permissionScopes(application),
    preAuthorizedApplications: application.preAuthorizedApplications.map(({ appId, scopes }) => ({
      appId,
      delegatedPermissionIds: scopes.map(name => scopeId(application, name))
    }))
  },
  appRoles: appRoles(application),
  optionalClaims: application.optionalClaims,
  publicClient: { redirectUris: application.redirectUris.publicClient },
  web: { redirectUris: application.redirectUris.web },
  spa: { redirectUris: application.redirectUris.spa }
})

const servicePrincipal: View = (application, tenantId) => ({
  id: servicePrincipalId(tenantId, application),
  appId: application.clientId,
  displayName: application.displayName,
  accountEnabled: true,
  appRoleAssignmentRequired: application.appRoleAssignmentRequired,
  servicePrincipalNames: [application.clientId, ...application.identifierUris],
  oauth2PermissionScopes: permissionScopes(application),
  appRoles: appRoles(application)
})

const select = (properties: Readonly<Record<string, unknown>>, query: string): Readonly<Record<string, unknown>> => {
  const names = new URLSearchParams(query).get('$select')?.split(',') ?? Object.keys(properties)
  const unknown = names.find(name => !Object.hasOwn(properties, name))
  if (unknown === undefined) return Object.fromEntries(names.map(name => [name, properties[name]]))
  throw new GraphError(400, 'BadRequest', `Could not find a property named '${unknown}'.`)
}

/**
 * Reads an app registration or a service principal, all of its properties that the directory knows or those of `$select`.
 *
 * @throws GraphError 400, 403 or 404.
 */
export const readApplication = (
  { tenant, permissions }: GraphCaller,
  { collection, appId }: ApplicationTarget,
  query: string
): Readonly<Record<string, unknown>> => {
  if (!sufficient.some(name => permissions.has(name))) {
    throw new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
  }
  const application = tenant.findClient(appId)
  if (application && (collection === 'applications' || application.servicePrincipal)) {
    return select(
      (collection === 'applications' ? registration : servicePrincipal)(application, tenant.tenantId),
      query
    )
  }
  const message = `Resource '${appId}' does not exist or one of its queried reference-property objects are not present.`
  throw new GraphError(404, 'Request_ResourceNotFound', message)
}
