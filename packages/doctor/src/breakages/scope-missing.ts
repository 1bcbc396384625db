import { type Breakage, clean, fault } from '../breakage.ts'
import { apiScopes } from '../scope-name.ts'

/** A client that is told of no scope asks for none, and Entra refuses a request without. */
export const scopeMissing: Breakage = {
  id: 10,
  title: 'no scope to ask for',
  codes: [900144, 28003],
  examine({ requestedScopes, metadata, server }) {
    if (server.facade || apiScopes(requestedScopes).length > 0) return clean
    const finding = fault(
      'neither the challenge of the gateway nor scopes_supported of its metadata names a scope of this API',
      'every client: it asks for no scope at all, or for those of OpenID Connect, which give no token for this API',
      {
        text: 'Advertise the scope that people need.',
        configuration: `scopesSupported: [${metadata.resource}/mcp_access]`
      }
    )
    return { ...finding, codes: [900144] }
  }
}
