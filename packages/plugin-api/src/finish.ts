import type { McpCall } from './mcp.ts'

/** How an exchange ended. */
export interface Finish {
  /** 0 if no head was written. */
  readonly status: number
  /** Bytes of the request's body that went to the upstream. */
  readonly bytesIn: number
  /** Bytes of the answer's body. */
  readonly bytesOut: number
  readonly durationMs: number
  /** `expired` where a `Deadline` ended it, `drained` where the gateway stopped. */
  readonly ended: 'complete' | 'client-gone' | 'upstream-gone' | 'gateway-error' | 'expired' | 'drained'
  readonly calls: readonly McpCall[]
}
