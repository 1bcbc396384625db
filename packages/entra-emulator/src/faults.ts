/** Failures that a test switches on. */
export interface Faults {
  keySets: boolean
  metadata: boolean
  /** Seconds that Microsoft Graph asks callers to wait, while it is throttled. */
  graphRetryAfter: number | undefined
}
