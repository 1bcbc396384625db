import { type Breakage, clean, limit, needs } from '../breakage.ts'
import { valueOf } from '../reading.ts'

/** Entra does PKCE and does not say so; MCP clients must refuse then (authorization, code protection). */
export const pkceNotAnnounced: Breakage = {
  id: 6,
  title: 'PKCE is not announced',
  codes: [],
  examine({ server }) {
    const metadata = valueOf(server.metadata)
    if (metadata === undefined) return needs('the metadata of the authorization server', server.metadata)
    if (metadata.code_challenge_methods_supported?.includes('S256') === true) return clean
    return limit(
      `${server.metadataUrl} has no code_challenge_methods_supported`,
      'clients that insist, as the specification lets them: older MCP Inspector, the C# SDK, claude.ai; the TypeScript SDK takes S256 for granted',
      { text: 'Use another client, or put the facade in front: its metadata says S256.' }
    )
  }
}
