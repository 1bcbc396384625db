import { type Breakage, clean, limit, needs } from '../breakage.ts'
import { valueOf } from '../reading.ts'
import type { ResourceMetadata } from '../setup.ts'

/** Clients keep metadata, client IDs and tokens of before; a correction does not reach them. */
export const cachedMetadata: Breakage = {
  id: 16,
  title: 'clients keep the old metadata',
  codes: [],
  examine({ published, metadata, mcpUrl }) {
    const now = valueOf(published)
    if (now === undefined) return needs('what is published now', published)
    const changed = members.filter(name => JSON.stringify(now[name]) !== JSON.stringify(metadata[name]))
    if (changed.length === 0) return clean
    const differences = changed.map(
      name => `${name} is ${JSON.stringify(now[name])}, will be ${JSON.stringify(metadata[name])}`
    )
    return limit(
      `what is published now is not what this configuration publishes: ${differences.join('; ')}`,
      'clients that were connected before: they go on with what they have read, Claude above all',
      { text: `Remove the server from the client and add it again, or give people a new URL, such as ${mcpUrl}?v=2.` }
    )
  }
}

const members = ['resource', 'authorization_servers', 'scopes_supported'] as const satisfies (keyof ResourceMetadata)[]
