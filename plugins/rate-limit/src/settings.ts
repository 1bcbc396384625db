import { ConfigFault, parseDuration, type Principal } from '@sluice/plugin-api'
import type { LimitedBy, RateLimitConfig } from './config.ts'
import { type Rate, rateOf } from './gcra.ts'

const dayMs = 24 * 3_600_000

/** How calls are limited. */
export interface CallSettings {
  readonly limit: number
  readonly perMs: number
  readonly rate: Rate
  /** What a call of a tool counts for; without it one. */
  readonly cost: ReadonlyMap<string, number> | undefined
  /** By its meaning: where it is the same, what was counted stays. */
  readonly key: string
}

/** An entry as the filter works with it. */
export interface Settings extends Pick<RateLimitConfig, 'store' | 'onStoreError' | 'max'> {
  readonly by: LimitedBy
  /** Kinds of callers that are limited; without it all. */
  readonly kinds: ReadonlySet<Principal['kind']> | undefined
  readonly calls: CallSettings | undefined
  readonly streams: number | undefined
  /** Methods whose messages are looked at; none if requests alone are counted. */
  readonly readsMessages: readonly string[]
}

/** Reads an entry. @throws ConfigFault at the key that is in the wrong */
export const readSettings = (config: Readonly<RateLimitConfig>): Settings => {
  const { by, kinds, streams, store, onStoreError, max } = config
  const calls = readCalls(config)
  if (by === 'tool' && streams !== undefined)
    throw new ConfigFault(['streams'], 'a stream is of no one tool; limit it in an entry of its own')
  if (by === 'tool' && config.cost !== undefined)
    throw new ConfigFault(['cost'], 'by: tool counts each tool by itself; leave cost out')
  const readsMessages = [
    ...(calls?.cost === undefined ? [] : ['*']),
    ...(by === 'tool' ? ['tools/call'] : []),
    ...(streams === undefined ? [] : ['subscriptions/listen'])
  ]
  return { by, kinds: kinds && new Set(kinds), calls, streams, store, onStoreError, max, readsMessages }
}

const readCalls = ({ by, limit, per, burst = limit, cost }: Readonly<RateLimitConfig>): CallSettings | undefined => {
  const perMs = parseDuration(per, ['per'])
  if (perMs < 1 || perMs > dayMs) throw new ConfigFault(['per'], `${per} is out of range; from 1ms to 24h`)
  if (limit === undefined || burst === undefined) return undefined
  if (limit > perMs * 1000)
    throw new ConfigFault(['limit'], `${limit} calls in ${per} are more than one a microsecond, which nobody can count`)
  const dearest = Object.entries(cost ?? {}).find(([, calls]) => calls > burst)
  if (dearest !== undefined)
    throw new ConfigFault(
      ['cost', dearest[0]],
      `a call that counts for ${dearest[1]} is never let through: burst is ${burst}`
    )
  return {
    limit,
    perMs,
    rate: rateOf(limit, perMs, burst),
    cost: cost === undefined ? undefined : new Map(Object.entries(cost)),
    key: [by, limit, perMs, burst].join(' ')
  }
}
