import type { Exchange, Filter, McpRequest, Outcome, PluginContext, Principal, Reply } from '@sluice/plugin-api'
import { callerOf } from './caller.ts'
import { type RefusalCode, refusals } from './codes.ts'
import type { RateLimitConfig } from './config.ts'
import { CallLimit } from './call-limit.ts'
import { readSettings } from './settings.ts'
import { AskedStreams } from './asked-streams.ts'
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

  const openStream = (x: Exchange): Outcome | Promise<Outcome> => {
    const opened = streams === undefined ? true : streams.open(x, caller(x))
    return opened instanceof Promise ? opened.then(judged) : judged(opened)
  }

  return {
    ...(readsMessages.length > 0 && { mcp: { requests: readsMessages } }),
    onRequest(x) {
      if (x.endpoint?.cors === 'any' && x.endpoint.limited !== true) return undefined
      if (passes(x)) return undefined
      if (x.method === 'GET' && x.endpoint === undefined) {
        return unlessRefused(openStream(x), () => calls?.takeRequest(x, caller(x)))
      }
      return calls?.takeRequest(x, caller(x))
    },
    ...(readsMessages.length > 0 && {
      onMcpRequest(m: McpRequest, x: Exchange): Outcome | Promise<Outcome> {
        if (passes(x)) return undefined
        if (m.method === 'subscriptions/listen') {
          return unlessRefused(openStream(x), () => calls?.takeMessages(m, x, caller(x)))
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

const judged = (opened: boolean): Outcome => (opened ? undefined : tooMany)

/** Goes on where nothing was refused, at once where nothing waits. */
const unlessRefused = (
  refused: Outcome | Promise<Outcome>,
  proceed: () => Outcome | Promise<Outcome>
): Outcome | Promise<Outcome> => {
  if (refused instanceof Promise) return refused.then(late => late ?? proceed())
  return refused ?? proceed()
}

/** A stream that was opened, or is being asked for. */
interface Held {
  readonly caller: string
  readonly opened: true | Promise<boolean>
}

/** The streams of an entry, each remembered on its exchange. */
const useStreams = (limit: number, ctx: PluginContext) => {
  const streams = ctx.workers > 1 ? new AskedStreams(ctx) : ctx.shared('streams', () => new Streams())
  const held = ctx.perExchange<Held | undefined>()
  return {
    open(x: Exchange, caller: string): boolean | Promise<boolean> {
      if (held.get(x) !== undefined) return true
      const opened = streams.open(caller, limit)
      if (opened === false) return false
      held.set(x, { caller, opened })
      if (opened === true) return true
      return opened.then(late => {
        if (!late) held.set(x, undefined)
        return late
      })
    },
    close(x: Exchange): void {
      const stream = held.get(x)
      if (stream === undefined) return
      const { caller, opened } = stream
      if (opened === true) return streams.close(caller)
      // A client may have left before it was known.
      opened.then(late => late && streams.close(caller)).catch(() => {})
    }
  }
}
