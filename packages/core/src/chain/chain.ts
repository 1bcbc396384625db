import type { Endpoint, Filter, RouteInfo } from '@sluice/plugin-api'
import type { RouteMetrics } from '../metrics/route-metrics.ts'
import { methodTest, type MethodTest } from '../mcp/method-patterns.ts'
import { type PublicOrigin, publicOriginOf } from '../upstream/public-origin.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** A filter at its place in a chain. */
export interface Link {
  /** Identity of the entry: `global/<id or name>`, `<route>/<id or name>`. */
  readonly entry: string
  readonly filter: Filter
}

/** One hook of one filter, to be called on it. */
export interface Hook<Name extends HookName> {
  readonly entry: string
  readonly filter: Filter
  readonly run: NonNullable<Filter[Name]>
}

/** A hook for messages of some methods. */
export interface MessageHook<Name extends HookName> extends Hook<Name> {
  readonly wants: MethodTest
}

type HookName = 'onRequest' | 'onMcpRequest' | 'onMcpResult' | 'onUpstream' | 'onResponse' | 'onFinish'

/** The filters of a route or of an endpoint, compiled: one array a hook, in the order of the calls, with only the hooks that exist. */
export interface Chain {
  readonly route: RouteInfo
  readonly endpoint: Endpoint | undefined
  /** Entry that owns the endpoint. */
  readonly owner: string | undefined
  /** Absent where nothing is forwarded: at an endpoint, and where no route matched. */
  readonly upstream: Upstream | undefined
  /** How the upstream is told what the client asked for. */
  readonly publicOrigin: PublicOrigin
  readonly metrics: RouteMetrics
  /** Bytes of a body that is read for its messages; absent where no filter asks for any. */
  readonly mcpBodyBytes: number | undefined
  /** Bytes of a JSON answer, or of an event of a stream, that is read for its results. */
  readonly mcpResultBytes: number
  readonly onRequest: readonly Hook<'onRequest'>[]
  readonly onMcpRequest: readonly MessageHook<'onMcpRequest'>[]
  readonly onUpstream: readonly Hook<'onUpstream'>[]
  readonly onResponse: readonly Hook<'onResponse'>[]
  readonly onMcpResult: readonly MessageHook<'onMcpResult'>[]
  readonly onFinish: readonly Hook<'onFinish'>[]
}

/** What a chain is compiled from. */
export type ChainParts = Pick<Chain, 'route' | 'metrics'> &
  Partial<Pick<Chain, 'endpoint' | 'owner' | 'upstream' | 'mcpBodyBytes' | 'mcpResultBytes'>>

/** Compiles the links: the hooks of a request's way in run in order, the others in reverse. */
export const compileChain = (links: readonly Link[], parts: ChainParts): Chain => {
  const reversed = links.toReversed()
  return {
    route: parts.route,
    endpoint: parts.endpoint,
    owner: parts.owner,
    upstream: parts.upstream,
    publicOrigin: publicOriginOf(parts.route.publicUrl),
    metrics: parts.metrics,
    mcpBodyBytes: links.some(({ filter }) => filter.mcp !== undefined) ? parts.mcpBodyBytes : undefined,
    mcpResultBytes: parts.mcpResultBytes ?? 0,
    onRequest: hooks(links, 'onRequest'),
    onMcpRequest: messageHooks(links, 'onMcpRequest', 'requests'),
    onUpstream: hooks(reversed, 'onUpstream'),
    onResponse: hooks(reversed, 'onResponse'),
    onMcpResult: messageHooks(reversed, 'onMcpResult', 'results'),
    onFinish: hooks(reversed, 'onFinish')
  }
}

const hooks = <Name extends HookName>(links: readonly Link[], name: Name): Hook<Name>[] =>
  links.flatMap(({ entry, filter }) => {
    const hook = filter[name]
    return hook === undefined ? [] : [{ entry, filter, run: hook }]
  })

const messageHooks = <Name extends HookName>(
  links: readonly Link[],
  name: Name,
  which: keyof NonNullable<Filter['mcp']>
): MessageHook<Name>[] =>
  links.flatMap(link => {
    const wants = methodTest(link.filter.mcp?.[which] ?? [])
    return hooks([link], name).map(hook => ({ ...hook, wants }))
  })
