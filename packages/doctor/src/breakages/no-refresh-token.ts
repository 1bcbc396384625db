import { type Breakage, clean, limit, needs } from '../breakage.ts'
import { valueOf } from '../reading.ts'

/** Entra gives a refresh token only to who asked for `offline_access`. */
export const noRefreshToken: Breakage = {
  id: 12,
  title: 'no refresh token',
  codes: [],
  examine({ server, requestedScopes }) {
    if (server.facade || requestedScopes.includes('offline_access')) return clean
    const metadata = valueOf(server.metadata)
    if (metadata === undefined) return needs('the metadata of the authorization server', server.metadata)
    const announced = metadata.scopes_supported?.includes('offline_access') === true
    return limit(
      `the gateway asks for ${requestedScopes.join(' ') || 'nothing'}; offline_access is ${announced ? '' : 'not '}among scopes_supported of ${server.metadataUrl}`,
      'clients that do not add offline_access by themselves: people sign in again after an hour or so',
      {
        text: 'Update the client, or put the facade in front (offlineAccess). It is no scope of the API: scopesSupported is not its place.'
      }
    )
  }
}
