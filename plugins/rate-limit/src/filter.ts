import type { Exchange, Filter, McpRequest, Outcome, PluginContext, Principal, Reply } from '@sluice/plugin-api'
import { callerOf } from './caller.ts'
import { type RefusalCode, refusals } from './codes.ts'
import type { RateLimitConfig } from './config.ts'
import { CallLimit } from './call-limit.ts'
import { readSettings } from './settings.ts'
import { Streams } from './streams.ts'

/**
 * Makes the filter of an entry. What is open to all (the Protected Resource Metadata) is never limited, unless it says that
 * it is to be: clients take a 429 there for a server of another kind.
 *
 * @throws ConfigFault for what the schema cannot say
 */
export async function createRateLimit(config: Readonly<RateLimitConfig>, ctx: PluginContext): Promise<Filter> {
  const settings = readSettings(config)
  const prefix = `sluice:limit:${ctx.entry}:${settings.calls?.key ?? 'streams'}:`
  const principalOf = ctx.fact<Principal>('principal')
  const caller = callerOf(settings.by, principalOf, prefix)
  const { kinds } = settings
  const passes = (x: Exchange): boolean => {
    if (kinds === undefined) return false
    const principal = principalOf.get(x)
    return principal === undefined || !kinds.has(principal.kind)
  }
  const calls = settings.calls === undefined ? undefined : await CallLimit.open(settings.calls, settings, ctx)
  const streams = settings.streams === undefined ? undefined : useStreams(settings.streams, ctx)
  const { readsMessages } = settings

  const openStream = (x: Exchange): Outcome =>
    streams === undefined || streams.open(x, caller(x)) ? undefined : tooMany

  return {
    ...(readsMessages.length > 0 && { mcp: { requests: readsMessages } }),
    onRequest(x) {
      if (x.endpoint?.cors === 'any' && x.endpoint.limited !== true) return undefined
      if (passes(x)) return undefined
      if (x.method === 'GET' && x.endpoint === undefined) {
        const refused = openStream(x)
        if (refused !== undefined) return refused
      }
      return calls?.takeRequest(x, caller(x))
    },
    ...(readsMessages.length > 0 && {
      onMcpRequest(m: McpRequest, x: Exchange): Outcome | Promise<Outcome> {
        if (passes(x)) return undefined
        if (m.method === 'subscriptions/listen') {
          const refused = openStream(x)
          if (refused !== undefined) return refused
        }
        return calls?.takeMessages(m, x, caller(x))
      }
    }),
    onResponse(head, x) {
      if (calls?.owes(x) !== true) return calls?.tell(head, x)
      return calls.takeUnread(x).then(() => calls.tell(head, x))
    },
    onFinish: (_end, x) => streams?.close(x)
  }
}

const refusal = (code: RefusalCode): Reply => {
  const { status, meaning, fix } = refusals[code]
  return Object.freeze({ status, code, reason: `${meaning} ${fix}` })
}
const tooMany = refusal('SLUICE_RATE_LIMIT_STREAMS')

/** The streams of an entry, each remembered on its exchange. */
const useStreams = (limit: number, ctx: PluginContext) => {
  const streams = ctx.shared('streams', () => new Streams())
  const callers = ctx.perExchange<string>()
  return {
    open(x: Exchange, caller: string): boolean {
      if (callers.get(x) !== undefined) return true
      if (!streams.open(caller, limit)) return false
      callers.set(x, caller)
      return true
    },
    close(x: Exchange): void {
      const caller = callers.get(x)
      if (caller !== undefined) streams.close(caller)
    }
  }
}
