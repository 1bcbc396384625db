import type { Endpoint } from './endpoint.ts'
import type { Exchange } from './exchange.ts'
import type { Finish } from './finish.ts'
import type { RequestHead, ResponseHead } from './head.ts'
import type { McpRequest, McpResult, McpResultOutcome } from './mcp.ts'
import type { Reply } from './reply.ts'

/**
 * One link of a route's chain. Every member is optional; a missing hook costs nothing. A hook that does not wait returns
 * no promise. No hook keeps the exchange after `onFinish`.
 */
export interface Filter {
  /** Paths that the filter answers itself. */
  readonly endpoints?: readonly Endpoint[]
  /** Head is in, body untouched. In order. */
  onRequest?(x: Exchange): Outcome | Promise<Outcome>
  /**
   * Methods it wants to see: exact, or a prefix as in `tools/*`, or `*`. With `ifRead` nothing is read for its sake: it sees
   * requests where another filter of the chain has them read, and results where another one has those read.
   */
  readonly mcp?: { readonly requests?: readonly string[]; readonly results?: readonly string[]; readonly ifRead?: true }
  /** In order, once for each message. */
  onMcpRequest?(m: McpRequest, x: Exchange): Outcome | Promise<Outcome>
  /** Just before forwarding, in REVERSE, so that the first filter has the last word; `x.decisions` is complete. */
  onUpstream?(head: RequestHead, x: Exchange): Outcome | Promise<Outcome>
  /**
   * The upstream's or the gateway's own answer, before it is written. In reverse, for all filters of the chain.
   *
   * @throws Error for what must not be answered: if it has a `reply`, a `Reply` with a code, that is answered in its place,
   * else it is a 500. Only the hooks that have not run yet see it.
   */
  onResponse?(head: ResponseHead, x: Exchange): void | Promise<void>
  /** In reverse, once for each result of a method it names. */
  onMcpResult?(m: McpResult, x: Exchange): McpResultOutcome | Promise<McpResultOutcome>
  /** After the last byte, or when the connection is gone. In reverse, for all. */
  onFinish?(end: Finish, x: Exchange): void
  /**
   * The configuration is about to serve, all of its filters made: before the gateway listens, or a reload takes over. Where
   * one is only checked it is not called, so that what others could notice (a file that is created, a lock) belongs here.
   *
   * @throws Error to stop the start or the reload; it is shown as one of `create`
   */
  onStart?(): void | Promise<void>
  /** Nothing reaches the filter any more: the gateway stops, or its configuration was replaced and the last exchange under it has ended. */
  onClose?(): void | Promise<void>
}

/** A reply ends the chain; nothing lets the exchange go on. */
export type Outcome = Reply | undefined
