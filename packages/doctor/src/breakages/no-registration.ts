import { type Breakage, clean, limit, needs } from '../breakage.ts'
import { valueOf } from '../reading.ts'

/** Entra has no dynamic client registration (RFC 7591). */
export const noRegistration: Breakage = {
  id: 5,
  title: 'clients cannot register themselves',
  codes: [],
  examine({ server }) {
    const metadata = valueOf(server.metadata)
    if (metadata === undefined) return needs('the metadata of the authorization server', server.metadata)
    if (metadata.registration_endpoint !== undefined) return clean
    return limit(
      `${server.metadataUrl} has no registration_endpoint`,
      'clients that know no other way to a client ID: they say that the server does not support dynamic client registration',
      {
        text: 'Register a public client, and give its ID to the client. Or put the facade in front (registration: both).',
        commands: [
          `az ad app create --display-name 'MCP clients' --sign-in-audience AzureADMyOrg --public-client-redirect-uris http://localhost/callback --query appId -o tsv`
        ]
      }
    )
  }
}
