import type { TraceContext } from '@sluice/plugin-api'
import type { Incoming } from './incoming.ts'
import type { Operation } from './operation.ts'

/** Where one exchange stands in its trace, and what is kept of it until its spans are written. */
export class ExchangeTrace {
  readonly incoming: Incoming
  /** The span of the HTTP request; where nothing is recorded, what goes on in its place. */
  readonly context: TraceContext
  /** The caller's context, if it is continued. */
  readonly parent: TraceContext | undefined
  /** When it came, in milliseconds of `performance.now()`; 0 where nothing is recorded. */
  readonly startedAt: number
  /** MCP requests and notifications with spans of their own. */
  operations: Operation[] | undefined = undefined
  /** Messages of the body; 0 where none was read. */
  messages = 0
  /** The span of the HTTP request to the upstream, where no operation's takes its place. */
  client: TraceContext | undefined = undefined
  /** When the request went on, in milliseconds of `performance.now()`; 0 if it did not, or if nothing is recorded. */
  forwardedAt = 0
  /** Status of the upstream's answer; 0 without one. */
  upstreamStatus = 0

  constructor(incoming: Incoming, context: TraceContext, parent: TraceContext | undefined) {
    this.incoming = incoming
    this.context = context
    this.parent = parent
    this.startedAt = context.sampled ? performance.now() : 0
  }

  get isRecorded(): boolean {
    return this.context.sampled || this.operations !== undefined
  }
}
