import type { Application } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import { EntraError } from '../entra-error.ts'

/**
 * Checks the `resource` parameter (RFC 8707): byte for byte an identifier URI of the app that owns the scopes.
 *
 * @throws EntraError 9010010 if it is not, 901002 in a tenant that takes no `resource` at all.
 */
export const checkResource = (parameter: string | undefined, owner: Application, tenant: Tenant): void => {
  if (parameter === undefined) return
  if (tenant.resourceParameter === 'refused') throw new EntraError(901002)
  if (!owner.identifierUris.includes(parameter)) throw new EntraError(9010010)
}
