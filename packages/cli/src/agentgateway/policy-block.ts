import { listOf, mapOf, textOf, textsOf, type YamlMap } from './yaml-value.ts'

/** Policies of agentgateway for MCP that hold at one place, those of what is around it included. */
export interface PolicyBlock {
  readonly authentication: YamlMap | undefined
  /** `jwtAuth`, where no `mcpAuthentication` stands beside it. */
  readonly bearer: YamlMap | undefined
  readonly authorization: YamlMap | undefined
  /** Keys of the other policies beside them. */
  readonly others: readonly string[]
  /** The map with `matches` and `backends`; empty for a file that holds a policy alone, or the short form under `mcp`. */
  readonly route: YamlMap
  /** The map with `routes`; empty like the route. */
  readonly listener: YamlMap
  /** The map with `targets`, where the policies are its own and not those of a route. */
  readonly server: YamlMap | undefined
  /** Whether some came from what is around it. */
  readonly inherits: boolean
}

/**
 * Finds every place of a file where MCP is guarded: `policies` of a route, a backend or `mcp`, or the keys at the top. Those
 * around others are no place of their own: that would be a second route, with half of what guards the first.
 */
export const findPolicyBlocks = (file: unknown): readonly PolicyBlock[] => blocksIn(file, [])

const ours = ['mcpAuthentication', 'mcpAuthorization']

/** @param above - The maps around it, the nearest first. */
const blocksIn = (value: unknown, above: readonly YamlMap[]): readonly PolicyBlock[] => {
  if (Array.isArray(value)) return value.flatMap(entry => blocksIn(entry, above))
  const map = mapOf(value)
  const policies = mapOf(map['policies'])
  const below = Object.entries(map).flatMap(([name, entry]) =>
    ours.includes(name) || (name === 'policies' && guards(policies)) ? [] : blocksIn(entry, [map, ...above])
  )
  if (below.length > 0) return below
  if (guards(policies)) return [blockOf(policies, [map, ...above])]
  return guards(map) ? [blockOf(map, above)] : []
}

const guards = (policies: YamlMap): boolean => ours.some(name => name in policies)

/** What holds where one stands inside the other: the inner one's, and the rules of both, as agentgateway has it. */
const inside = (outer: YamlMap, inner: YamlMap): YamlMap => {
  const rules = [outer, inner].flatMap(({ mcpAuthorization }) => listOf(mapOf(mcpAuthorization)['rules']))
  const authorization = 'mcpAuthorization' in outer && { mcpAuthorization: { rules } }
  return { ...outer, ...inner, ...authorization }
}

const policiesAt = (map: YamlMap): YamlMap => {
  const own = Object.fromEntries(Object.entries(map).filter(([name]) => ours.includes(name)))
  return inside(own, mapOf(map['policies']))
}

const blockOf = (own: YamlMap, above: readonly YamlMap[]): PolicyBlock => {
  const outer = above.filter(map => map['policies'] !== own).map(policiesAt)
  const policies = outer.reduce((inner, around) => inside(around, inner), own)
  const at = above.findIndex(map => 'backends' in map || 'matches' in map)
  const within = at < 0 ? above : above.slice(0, at)
  const bearer = 'mcpAuthentication' in policies ? undefined : present(policies['jwtAuth'])
  const taken = bearer === undefined ? ours : [...ours, 'jwtAuth']
  return {
    authentication: present(policies['mcpAuthentication']),
    bearer,
    authorization: present(policies['mcpAuthorization']),
    others: Object.keys(policies).filter(name => !taken.includes(name)),
    route: above[at] ?? {},
    listener: above.find(map => 'routes' in map) ?? {},
    server: within.map(map => ('targets' in map ? map : mapOf(map['mcp']))).find(map => 'targets' in map),
    inherits: outer.some(guards)
  }
}

const present = (value: unknown): YamlMap | undefined => (value === undefined ? undefined : mapOf(value))

/** A path of agentgateway as one of Sluice: exact, or everything below a prefix; `undefined` for a regular expression. */
const pathIn = (match: unknown): string | undefined => {
  const path = mapOf(mapOf(match)['path'])
  const prefix = textOf(path['pathPrefix'])
  return textOf(path['exact']) ?? (prefix === undefined ? undefined : `${prefix.replace(/\/$/, '')}/*`)
}

/** Where a route matches, but for the metadata, which has no route here. */
const matchesOf = ({ route }: PolicyBlock): readonly unknown[] =>
  listOf(route['matches']).filter(match => pathIn(match)?.startsWith('/.well-known/') !== true)

/** Path of a route. `undefined` where it matches by something else. */
export const pathOf = (block: PolicyBlock): string | undefined => pathIn(matchesOf(block)[0])

/** URL of the one MCP server behind a route, or why there is none. */
export const upstreamOf = ({ route, server }: PolicyBlock): { readonly url: string } | { readonly missing: string } => {
  const servers =
    server === undefined ? listOf(route['backends']).map(backend => mapOf(mapOf(backend)['mcp'])) : [server]
  const targets = servers.flatMap(({ targets: named }) => listOf(named).map(mapOf))
  if (targets.length > 1) return { missing: `${targets.length} targets behind one route: give each a route of its own` }
  const [target] = targets
  if (target === undefined) return { missing: 'the file names no MCP server' }
  if ('stdio' in target) return { missing: 'a server on standard input and output: start it with an HTTP transport' }
  const url = textOf(mapOf(target['mcp'])['host']) ?? textOf(mapOf(target['sse'])['host'])
  return url !== undefined && /^https?:\/\//.test(url) ? { url } : { missing: 'no target with an http address' }
}

const translated = new Set(['name', 'matches', 'backends', 'policies', 'hostnames'])

/** What a route and its listener have besides, a sentence each. */
export const remarksOn = (block: PolicyBlock): readonly string[] => {
  const [, ...more] = matchesOf(block)
  const conditions = matchesOf(block).flatMap(match => Object.keys(mapOf(match)).filter(name => name !== 'path'))
  const hosts = textsOf(block.route['hostnames'])
  const name = textOf(block.listener['hostname'])
  const rest = Object.keys(block.route).filter(key => !translated.has(key) && !ours.includes(key))
  return [
    ...(block.inherits
      ? [
          'policies stood at more than one level: the rules of all became one list, and of the rest the innermost holds. What stands beside the inner ones without policies of its own has no route here.'
        ]
      : []),
    ...(more.length > 0
      ? [
          `matches: the first one became path; ${more.map(match => pathIn(match) ?? 'a regular expression').join(', ')} takes a route of its own.`
        ]
      : []),
    ...[...new Set(conditions)].map(
      key => `matches: ${key} has no counterpart; a rule of authz can look at the request.`
    ),
    ...[...hosts, ...(name === undefined ? [] : [name])].map(
      host => `hostname ${host}: write host and publicUrl at the route.`
    ),
    ...('tls' in block.listener ? ['tls of the listener: write cert and key under listen.tls.'] : []),
    ...rest.map(key => `${key} of the route: was not translated.`)
  ]
}
