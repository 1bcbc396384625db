import type { TraceContext } from '@sluice/plugin-api'

/** Attributes of a span; what is `undefined` is not recorded. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** A span that has ended. */
export interface SpanRecord {
  readonly name: string
  readonly kind: 'server' | 'client'
  readonly context: TraceContext
  readonly parent: TraceContext | undefined
  /** Whether the parent is a span of another process. */
  readonly parentIsRemote: boolean
  readonly links: readonly TraceContext[]
  /** Milliseconds since 1970, with fractions. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: SpanAttributes
  /** `error.type` of a span that failed. */
  readonly error: string | undefined
}
