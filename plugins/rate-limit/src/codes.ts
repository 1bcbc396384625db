/** Why a call was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 429 | 503
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of rate-limit by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_RATE_LIMIT_EXCEEDED: {
    status: 429,
    meaning: 'Too many calls in a short time.',
    fix: 'Wait as long as Retry-After says; without that field it is more than burst at once: send it in parts. The operator can raise limit or burst.'
  },
  SLUICE_RATE_LIMIT_STREAMS: {
    status: 429,
    meaning: 'Too many event streams are open at the same time.',
    fix: 'Close one; the operator can raise streams.'
  },
  SLUICE_RATE_LIMIT_STORE_AWAY: {
    status: 503,
    meaning: 'The store in which calls are counted cannot be reached.',
    fix: 'Call again later; the operator looks after the store, or sets onStoreError to allow.'
  }
} as const satisfies Record<string, Refusal>

/** The reason of `SLUICE_RATE_LIMIT_EXCEEDED` where no wait helps: a batch that asks for more than may ever come at once. */
export const LARGER_THAN_BURST =
  'The request asks for more than burst allows at once, so that waiting does not help. Send it in parts; the operator can raise burst.'

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
