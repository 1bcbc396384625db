import { listOf, mapOf, textOf, type YamlMap } from './yaml-value.ts'

/** Policies of agentgateway for MCP, and the route that they stand at. */
export interface PolicyBlock {
  readonly authentication: YamlMap | undefined
  readonly authorization: YamlMap | undefined
  /** Keys of the other policies beside them. */
  readonly others: readonly string[]
  /** The map with `matches` and `backends`; empty for a file that holds a policy alone. */
  readonly route: YamlMap
}

/** Finds every place of a file where MCP is guarded: a route's `policies`, or the keys at the top. */
export const findPolicyBlocks = (file: unknown): readonly PolicyBlock[] => blocksIn(file, {})

const ours = ['mcpAuthentication', 'mcpAuthorization']

const blocksIn = (value: unknown, parent: YamlMap): readonly PolicyBlock[] => {
  if (Array.isArray(value)) return value.flatMap(entry => blocksIn(entry, parent))
  const map = mapOf(value)
  const guarded = ours.some(name => name in map)
  const own: readonly PolicyBlock[] = guarded
    ? [
        {
          authentication: present(map['mcpAuthentication']),
          authorization: present(map['mcpAuthorization']),
          others: Object.keys(map).filter(name => !ours.includes(name)),
          route: 'backends' in parent || 'matches' in parent ? parent : {}
        }
      ]
    : []
  const below = Object.entries(map).filter(([name]) => !ours.includes(name))
  return [...own, ...below.flatMap(([, entry]) => blocksIn(entry, map))]
}

const present = (value: unknown): YamlMap | undefined => (value === undefined ? undefined : mapOf(value))

/** Path of a route: exact, or everything below a prefix. `undefined` where it matches by something else. */
export const pathOf = ({ route }: PolicyBlock): string | undefined => {
  const paths = listOf(route['matches']).map(match => mapOf(mapOf(match)['path']))
  const path = paths.find(({ exact }) => textOf(exact)?.startsWith('/.well-known/') !== true)
  const exact = textOf(path?.['exact'])
  const prefix = textOf(path?.['pathPrefix'])
  return exact ?? (prefix === undefined ? undefined : `${prefix.replace(/\/$/, '')}/*`)
}

/** URL of the one MCP server behind a route, or why there is none. */
export const upstreamOf = ({ route }: PolicyBlock): { readonly url: string } | { readonly missing: string } => {
  const targets = listOf(route['backends']).flatMap(backend =>
    listOf(mapOf(mapOf(backend)['mcp'])['targets']).map(mapOf)
  )
  if (targets.length > 1) return { missing: `${targets.length} targets behind one route: give each a route of its own` }
  const [target] = targets
  if (target === undefined) return { missing: 'the file names no MCP server' }
  if ('stdio' in target) return { missing: 'a server on standard input and output: start it with an HTTP transport' }
  const url = textOf(mapOf(target['mcp'])['host']) ?? textOf(mapOf(target['sse'])['host'])
  return url !== undefined && /^https?:\/\//.test(url) ? { url } : { missing: 'no target with an http address' }
}
