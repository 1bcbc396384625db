import { type Breakage, clean, limit, type Remedy } from '../breakage.ts'

/** Some clients read the metadata of the origin only; with two resources there is none that would be right. */
export const sharedOrigin: Breakage = {
  id: 4,
  title: 'two resources on one origin',
  codes: [],
  examine({ neighbours, mcpUrl }) {
    if (neighbours.length === 0) return clean
    const { origin } = new URL(mcpUrl)
    return limit(
      `${neighbours.join(', ')} ${neighbours.length === 1 ? 'is' : 'are'} on ${origin}, too: its /.well-known/oauth-protected-resource speaks for none of them, so it is 404`,
      'clients that look at the origin and not at resource_metadata of the challenge: Claude Code in some versions',
      { text: 'Give each resource a host of its own.', ...hostOfItsOwn(mcpUrl) }
    )
  }
}

/** An address, and this machine, have no names below them. */
const hostOfItsOwn = (mcpUrl: string): Pick<Remedy, 'configuration'> => {
  const { protocol, host, hostname } = new URL(mcpUrl)
  if (!/\.[a-z][a-z0-9-]*$/i.test(hostname)) return {}
  return { configuration: `host: <name>.${hostname}\npublicUrl: ${protocol}//<name>.${host}` }
}
