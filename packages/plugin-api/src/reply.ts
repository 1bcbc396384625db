import type { Challenge } from './challenge.ts'

/** An answer of the gateway's own. With `code` it is a refusal or a fault and becomes a Decision; without, it is an answer (PRM, preflight). */
export interface Reply {
  readonly status: number
  /** Machine-readable, in `x-sluice-error`, the body and the log. */
  readonly code?: string
  /** A sentence for people; where `rpc` has a message of its own, for the decision and the log alone. Never a token, a secret or anything of one. */
  readonly reason?: string
  /** The rule of the filter's configuration that decided, for the decision; never shown to the client. */
  readonly rule?: string
  readonly headers?: HeaderList
  readonly challenges?: readonly Challenge[]
  /** The JSON-RPC error of the body; the core fills what is missing (-32000, the reason, the code in data). */
  readonly rpc?: { readonly code: number; readonly message: string; readonly data?: object }
  readonly body?: string | Buffer
}

/** Header fields in the order in which they are written. */
export type HeaderList = readonly (readonly [name: string, value: string])[]
