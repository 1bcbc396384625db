import type { Exchange, Finish } from '@sluice/plugin-api'
import type { ExchangeTrace } from './exchange-trace.ts'
import type { SpanAttributes } from './span-record.ts'

/** What the spans of an exchange are made of. */
export interface EndedExchange {
  readonly x: Exchange
  readonly trace: ExchangeTrace
  readonly end: Finish
  /** Attributes of the address that clients use. */
  readonly address: SpanAttributes
  /** The entry's own attributes. */
  readonly own: SpanAttributes
  readonly newSpanId: () => string
}
