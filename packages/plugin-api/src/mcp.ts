import type { Reply } from './reply.ts'

/** `id` of a JSON-RPC 2.0 message; null where it is unknown. */
export type JsonRpcId = string | number | null

/** One message from the client. */
export interface McpRequest {
  readonly kind: 'request' | 'notification' | 'response'
  readonly method: string
  readonly id: JsonRpcId
  readonly params: Readonly<Record<string, unknown>>
  /** Tool, prompt or resource that the message names, if it names one. */
  readonly target: string | undefined
  readonly protocolVersion: string | undefined
  /** All messages of the body in their order, this one among them; it alone where the body is no batch. */
  readonly batch: readonly McpRequest[]
  /** The core reserialises, and mends length and mirrored headers. */
  setParams(params: Record<string, unknown>): void
  setMeta(key: string, value: unknown): void
}

/** One result from the upstream. */
export interface McpResult {
  /**
   * Null where the request was not seen on this exchange (GET and resumed streams), or was for something else than the
   * result looks like. `target` is the client's word: an id that was used twice may lead to another call's result.
   */
  readonly request: { readonly method: string; readonly target: string | undefined } | null
  readonly id: JsonRpcId
  /** What the result looks like, else what was asked; empty if neither is known, and then every filter of results sees it. */
  readonly method: string
  readonly result: unknown
  readonly error: { readonly code: number; readonly message: string } | undefined
}

/** A replaced result, a refusal (a reply with a code: a result cannot be answered), or nothing: pass it on as it is. */
export type McpResultOutcome = { readonly result: unknown } | Reply | undefined

/** One call of an exchange, as it ended. */
export interface McpCall {
  readonly id: JsonRpcId
  readonly method: string
  readonly target: string | undefined
  readonly outcome: 'ok' | 'tool-error' | 'rpc-error' | 'refused' | 'unanswered'
  readonly rpcCode?: number
}
