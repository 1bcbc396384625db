import type { Filter, PluginContext, Reply } from '@sluice/plugin-api'
import { refusals, type RefusalCode } from './codes.ts'
import type { OriginConfig } from './config.ts'
import { allowEveryOrigin, allowOrigin, removeUpstreamCors } from './cors-fields.ts'
import { hostTest } from './hosts.ts'
import { originTest } from './origins.ts'
import { isPreflight, openPreflight, preflightReplies } from './preflight.ts'

/** Makes the filter of an entry. A request without `Origin` comes from no page, and passes. */
export function createOrigin({ allowed, hosts, allowedHeaders }: Readonly<OriginConfig>, ctx: PluginContext): Filter {
  const mayCall = originTest(allowed, ctx)
  const mayName = hostTest(hosts, ctx.route)
  const preflight = preflightReplies(allowedHeaders)
  const originRefused = refusal('SLUICE_ORIGIN_REFUSED')
  const hostRefused = refusal('SLUICE_ORIGIN_HOST_REFUSED')
  return {
    onRequest(x) {
      const { origin, host } = x.headers
      if (mayName?.(host) === false) return hostRefused
      if (origin === undefined) return undefined
      if (x.endpoint?.cors === 'any') return isPreflight(x) ? openPreflight(x) : undefined
      if (!mayCall(origin)) return originRefused
      return isPreflight(x) ? preflight(x) : undefined
    },
    onUpstream(head, x) {
      // The upstream would hold it against its own address.
      if (x.headers.origin !== undefined) head.delete('origin')
      return undefined
    },
    onResponse(head, x) {
      if (head.source === 'upstream') removeUpstreamCors(head)
      if (x.endpoint?.cors === 'any') return allowEveryOrigin(head)
      // Also where there is no Origin: a cache must not give this answer to one that has one.
      head.append('vary', 'Origin')
      const { origin, host } = x.headers
      if (origin !== undefined && mayCall(origin) && mayName?.(host) !== false) allowOrigin(head, origin)
    }
  }
}

const refusal = (code: RefusalCode): Reply => {
  const { status, meaning, fix } = refusals[code]
  return Object.freeze({ status, code, reason: `${meaning} ${fix}` })
}
