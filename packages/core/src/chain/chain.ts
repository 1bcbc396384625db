import type { Endpoint, Filter, RouteInfo } from '@sluice/plugin-api'
import type { RouteMetrics } from '../admin/route-metrics.ts'
import { type PublicOrigin, publicOriginOf } from '../upstream/public-origin.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** A filter at its place in a chain. */
export interface Link {
  /** Identity of the entry: `global/<id or name>`, `<route>/<id or name>`. */
  readonly entry: string
  readonly filter: Filter
}

/** One hook of one filter, bound to it. */
export interface Hook<Name extends HookName> {
  readonly entry: string
  readonly run: OmitThisParameter<NonNullable<Filter[Name]>>
}

type HookName = 'onRequest' | 'onUpstream' | 'onResponse' | 'onFinish'

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
  readonly onRequest: readonly Hook<'onRequest'>[]
  readonly onUpstream: readonly Hook<'onUpstream'>[]
  readonly onResponse: readonly Hook<'onResponse'>[]
  readonly onFinish: readonly Hook<'onFinish'>[]
}

/** What a chain is compiled from. */
export type ChainParts = Pick<Chain, 'route' | 'metrics'> & Partial<Pick<Chain, 'endpoint' | 'owner' | 'upstream'>>

/** Compiles the links: `onRequest` in order, the others in reverse. */
export const compileChain = (links: readonly Link[], parts: ChainParts): Chain => {
  const reversed = links.toReversed()
  return {
    route: parts.route,
    endpoint: parts.endpoint,
    owner: parts.owner,
    upstream: parts.upstream,
    publicOrigin: publicOriginOf(parts.route.publicUrl),
    metrics: parts.metrics,
    onRequest: hooks(links, 'onRequest'),
    onUpstream: hooks(reversed, 'onUpstream'),
    onResponse: hooks(reversed, 'onResponse'),
    onFinish: hooks(reversed, 'onFinish')
  }
}

const hooks = <Name extends HookName>(links: readonly Link[], name: Name): Hook<Name>[] =>
  links.flatMap(({ entry, filter }) => {
    const hook = filter[name]
    return hook === undefined ? [] : [{ entry, run: hook.bind(filter) as Hook<Name>['run'] }]
  })
