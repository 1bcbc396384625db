import type { Application, Person } from '../directory/directory.ts'
import { EntraError } from '../entra-error.ts'
import type { Consents } from './consents.ts'
import type { RequestedScopes } from './resolve-scopes.ts'

/**
 * The permissions that a request gets where nobody can be asked: all that were granted for the API, whichever it names.
 * Naming them decides what has to be consented to, not what the token carries.
 *
 * @throws EntraError 65001 if consent is missing.
 */
export const grantedPermissions = (
  consents: Consents,
  person: Person,
  client: Application,
  { resource, permissions, isDefault }: RequestedScopes
): readonly string[] => {
  const granted = consents.granted(person, client, resource)
  if (permissions.some(name => !granted.has(name)) || (isDefault && granted.size === 0)) {
    throw new EntraError(65001, client.clientId, client.displayName)
  }
  return [...granted]
}
