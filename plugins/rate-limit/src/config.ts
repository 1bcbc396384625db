import type { Principal } from '@sluice/plugin-api'

/** Whose calls are counted together. */
export type LimitedBy = 'ip' | 'principal' | 'client' | 'tool' | 'route'

/** Keys of a `rate-limit` entry. At least one of `limit` and `streams` must be given. */
export interface RateLimitConfig {
  readonly by: LimitedBy
  /** Kinds of callers that are limited. Default: all, and who is not signed in. */
  readonly kinds?: readonly Principal['kind'][]
  /** Calls in `per`. */
  readonly limit?: number
  /** A duration. Default: 1m. */
  readonly per: string
  /** Default: `limit`. */
  readonly burst?: number
  /** Tool names to what one call of them costs. */
  readonly cost?: Readonly<Record<string, number>>
  /** Streams open at the same time. */
  readonly streams?: number
  /** `memory`, or the address of a Redis or Valkey. */
  readonly store: string
  readonly onStoreError: 'allow' | 'deny'
  /** Callers that are remembered in memory. */
  readonly max: number
}

/** JSON Schema draft-07 of {@link RateLimitConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['by'],
  anyOf: [{ required: ['limit'] }, { required: ['streams'] }],
  dependencies: { burst: ['limit'], cost: ['limit'] },
  properties: {
    by: {
      description:
        'Whose calls are counted together: those of an address (ip; IPv6 by its /64), a person or application (principal), a client application (client), of one tool, or of the whole route. Where a token is optional and missing, principal and client fall back to the address.',
      enum: ['ip', 'principal', 'client', 'tool', 'route']
    },
    kinds: {
      description:
        'Callers that are limited, by what they are: user, app, agent (by itself), agent-user (with a user account of its own). Whoever is none of these passes uncounted, as does who is not signed in. Default: everybody is limited.',
      type: 'array',
      items: { enum: ['user', 'app', 'agent', 'agent-user'] },
      minItems: 1,
      uniqueItems: true
    },
    limit: {
      description: 'Calls that are let through in the time that per says.',
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000
    },
    per: {
      description: 'The time for which limit counts, at most 24h. A duration: 500ms, 30s, 5m, 1h.',
      type: 'string',
      pattern: '^[0-9]{1,9}(ms|s|m|h)$',
      default: '1m'
    },
    burst: {
      description: 'Calls that may come at once after a quiet time. Default: limit.',
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000
    },
    cost: {
      description:
        'What one call of a tool counts for, by the tool’s name; * for all others. Without it each counts for 1. With it, and with by: tool, messages are read.',
      type: 'object',
      additionalProperties: {
        description: 'Calls that it counts for.',
        type: 'integer',
        minimum: 0,
        maximum: 1_000_000
      },
      minProperties: 1
    },
    streams: {
      description: 'Event streams (GET, and subscriptions/listen) that may be open at the same time, in this process.',
      type: 'integer',
      minimum: 1,
      maximum: 100_000
    },
    store: {
      description:
        'Where calls are counted: memory, for this process alone, or the address of a Redis or Valkey that all replicas share: redis://… or rediss://….',
      type: 'string',
      pattern: '^(?:memory|rediss?://.+)$',
      default: 'memory',
      writeOnly: true
    },
    onStoreError: {
      description: 'What happens to a call while the store is away: allow lets it through uncounted, deny answers 503.',
      enum: ['allow', 'deny'],
      default: 'deny'
    },
    max: {
      description:
        'Callers that are remembered in memory, about 150 bytes each. The least recently seen is forgotten first; with by: tool nobody is, and further names share one limit.',
      type: 'integer',
      minimum: 100,
      maximum: 10_000_000,
      default: 100_000
    }
  }
}
