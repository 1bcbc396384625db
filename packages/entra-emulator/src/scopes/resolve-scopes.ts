import { oidcScopes } from '../directory/check-application.ts'
import type { Application } from '../directory/directory.ts'
import { microsoftGraph, microsoftGraphId } from '../directory/microsoft-graph.ts'
import type { Tenant } from '../directory/tenant.ts'
import { EntraError } from '../entra-error.ts'

/** What a `scope` parameter asks for: OpenID Connect scopes, and permissions of exactly one API. */
export interface RequestedScopes {
  readonly oidc: readonly string[]
  /** The API; Microsoft Graph where no scope names another. */
  readonly resource: Application
  /** How the request named the API: an identifier URI or its client ID. */
  readonly resourceName: string
  /** Bare names. */
  readonly permissions: readonly string[]
  /** Whether `.default` was asked in place of permissions by name. */
  readonly isDefault: boolean
}

interface ScopeName {
  readonly resource: Application
  readonly resourceName: string
  readonly name: string
}

const parseScope = (scope: string, tenant: Tenant): ScopeName => {
  const slash = scope.lastIndexOf('/')
  // A bare name belongs to Microsoft Graph, whatever `resource` says.
  if (slash < 0) return { resource: microsoftGraph, resourceName: microsoftGraphId, name: scope }
  const resourceName = scope.slice(0, slash)
  const name = scope.slice(slash + 1)
  const resource = tenant.findResource(resourceName)
  if (!resource) throw new EntraError(500011, resourceName, tenant.displayName)
  if (name === '') throw new EntraError(70011, scope)
  return { resource, resourceName, name }
}

const checkName = ({ resource, resourceName, name }: ScopeName, client: Application): void => {
  const isOwn = resource.clientId === client.clientId
  if (isOwn && resourceName !== client.clientId) throw new EntraError(90009, client.clientId, client.displayName)
  if (name === '.default' || resource.oauth2PermissionScopes.some(({ value }) => value === name)) return
  throw new EntraError(650053, client.displayName, name, resource.clientId)
}

/**
 * Resolves a `scope` parameter in its request form, `<identifier URI or client ID>/<scope>`.
 *
 * @throws EntraError 500011 for an unknown resource, 28000 for scopes of two, 650053 for a scope that the resource does
 * not have, 70011 for `.default` beside scopes by name, 90009 where a client names itself by its identifier URI.
 */
export const resolveScopes = (scope: string, tenant: Tenant, client: Application): RequestedScopes => {
  const parts = [...new Set(scope.split(' ').filter(part => part !== ''))]
  const oidc = parts.filter(part => oidcScopes.includes(part))
  const names = parts.filter(part => !oidcScopes.includes(part)).map(part => parseScope(part, tenant))
  const [first] = names
  if (!first) {
    const none = { resource: microsoftGraph, resourceName: microsoftGraphId, permissions: [], isDefault: false }
    return { oidc, ...none }
  }
  if (names.some(({ resource }) => resource !== first.resource)) throw new EntraError(28000, scope)
  for (const name of names) checkName(name, client)
  const isDefault = names.some(({ name }) => name === '.default')
  if (isDefault && names.length > 1) throw new EntraError(70011, scope)
  const permissions = isDefault ? [] : [...new Set(names.map(({ name }) => name))]
  return { oidc, resource: first.resource, resourceName: first.resourceName, permissions, isDefault }
}
