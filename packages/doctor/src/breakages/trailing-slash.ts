import { type Breakage, clean, fault } from '../breakage.ts'

/** Clients read URLs, and write one without a path with a slash; no identifier URI ends in one. */
export const trailingSlash: Breakage = {
  id: 3,
  title: 'a slash is added to resource',
  codes: [9010010],
  examine({ metadata: { resource }, server }) {
    if (server.facade) return clean
    const withoutPath = new URL(resource).pathname === '/'
    if (!withoutPath && !resource.endsWith('/')) return clean
    const seen = withoutPath ? 'has no path' : 'ends in a slash'
    const sent = withoutPath ? new URL(resource).href : resource
    return fault(
      `the resource ${resource} ${seen}: clients send resource=${sent}, and no identifier URI of Entra can end in a slash`,
      'clients that write the resource as a URL: mcp-remote, Claude Code, opencode; recent TypeScript SDKs leave the slash out',
      {
        text: 'Give the route a path that is not empty and ends in no slash, and make that URL the identifier URI.',
        configuration: withoutPath ? 'path: /mcp' : `resource: ${resource.replace(/\/+$/, '')}`
      }
    )
  }
}
