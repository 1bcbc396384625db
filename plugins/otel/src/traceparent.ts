import type { TraceContext } from '@sluice/plugin-api'

/**
 * `traceparent` of W3C Trace Context, section 3.2: two ids that are not zero, and flags. Of a version that is not known yet
 * what is known counts (section 3.2.4).
 */
const TRACEPARENT =
  /^(?!ff)(?:00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$|(?!00)[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(?:-|$))/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)
/** Where the low digit of the flags stands, whose last bit is `sampled`. */
const FLAGS_AT = 54

/** Reads a `traceparent`; `undefined` for what is none. */
export const parseTraceparent = (value: unknown): TraceContext | undefined => {
  if (typeof value !== 'string' || !TRACEPARENT.test(value)) return undefined
  const traceId = value.slice(3, 35)
  const spanId = value.slice(36, 52)
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  // Of the digits 0 to 9 and of a to f those with an odd value: the codes of the letters are shifted by one.
  const code = value.charCodeAt(FLAGS_AT)
  return { traceId, spanId, sampled: (code < LETTER_A ? code & 1 : ~code & 1) === 1 }
}
const LETTER_A = 97

/** Writes the `traceparent` for whoever is called within the span. */
export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  sampled ? `00-${traceId}-${spanId}-01` : `00-${traceId}-${spanId}-00`
