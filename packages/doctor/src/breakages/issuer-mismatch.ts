import { type Breakage, clean, fault, needs } from '../breakage.ts'
import { valueOf } from '../reading.ts'

/** Clients compare the issuer that they were sent to with the one of its metadata, and of its answers (RFC 8414, RFC 9207). */
export const issuerMismatch: Breakage = {
  id: 14,
  title: 'the issuer is another one',
  codes: [],
  examine({ server }) {
    const { issuer, metadata, metadataUrl } = server
    const document = valueOf(metadata)
    if (document === undefined) return needs('the metadata of the authorization server', server.metadata)
    if (document.issuer === issuer) return clean
    return fault(
      `people are sent to ${issuer}, and ${metadataUrl} says that it is ${document.issuer}`,
      'clients that compare, as RFC 8414 section 3.3 wants it: the TypeScript SDK 2, Codex',
      document.issuer.includes('{')
        ? {
            text: 'Name one tenant by its ID; several tenants take a route each.',
            configuration: 'tenant: <tenant ID>'
          }
        : { text: 'Name the issuer as it calls itself.', configuration: `authorizationServers: [${document.issuer}]` }
    )
  }
}
