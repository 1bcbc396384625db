import type { JsonRpcId } from './mcp.ts'

/** What a filter decided about an exchange, for audit, logs and metrics. */
export interface Decision {
  /** Identity of the entry that decided; `core` for the gateway itself. */
  readonly filter: string
  readonly outcome: 'allow' | 'deny' | 'shadow-deny' | 'error'
  readonly code: string
  readonly reason: string
  readonly rule?: string
  readonly call?: JsonRpcId
}
