import type { Application } from '../directory/directory.ts'
import { EntraError } from '../entra-error.ts'

/**
 * Checks the `resource` parameter (RFC 8707): byte for byte an identifier URI of the app that owns the scopes.
 *
 * @throws EntraError 9010010 if it is not.
 */
export const checkResource = (parameter: string | undefined, owner: Application): void => {
  if (parameter !== undefined && !owner.identifierUris.includes(parameter)) throw new EntraError(9010010)
}
