import type { Readiness } from '@sluice/plugin-api'

/** A readiness whose state can be read and waited for. */
export interface RecordedReadiness extends Readiness {
  readonly state: 'pending' | 'ready' | 'not-ready'
  /** What `notReady` said last. */
  readonly reason: string | undefined
  /** Resolves at the first `ready`. */
  readonly whenReady: Promise<void>
  /** Resolves at the first `notReady`. */
  readonly whenNotReady: Promise<void>
}

/** Makes a readiness that nothing waits for. */
export function recordReadiness(): RecordedReadiness {
  const first = Promise.withResolvers<void>()
  const failed = Promise.withResolvers<void>()
  let state: RecordedReadiness['state'] = 'pending'
  let reason: string | undefined
  return {
    get state() {
      return state
    },
    get reason() {
      return reason
    },
    whenReady: first.promise,
    whenNotReady: failed.promise,
    ready() {
      state = 'ready'
      first.resolve()
    },
    notReady(why) {
      state = 'not-ready'
      reason = why
      failed.resolve()
    }
  }
}
