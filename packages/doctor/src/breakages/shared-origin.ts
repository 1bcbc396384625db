import { type Breakage, clean, fault } from '../breakage.ts'

/** Some clients read the metadata of the origin only; with two resources there is none that would be right. */
export const sharedOrigin: Breakage = {
  id: 4,
  title: 'two resources on one origin',
  codes: [9010010],
  examine({ neighbours, mcpUrl }) {
    if (neighbours.length === 0) return clean
    const { origin, hostname } = new URL(mcpUrl)
    return fault(
      `${neighbours.join(', ')} ${neighbours.length === 1 ? 'is' : 'are'} on ${origin}, too: its /.well-known/oauth-protected-resource speaks for none of them, so it is 404`,
      'clients that look at the origin and not at resource_metadata of the challenge: Claude Code in some versions',
      {
        text: 'Give each resource a host of its own.',
        configuration: `host: <name>.${hostname}\npublicUrl: https://<name>.${hostname}`
      }
    )
  }
}
