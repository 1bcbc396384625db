import type { TraceContext } from '@sluice/plugin-api'

const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)
/** Where things stand in `version-traceid-parentid-flags`. */
const TRACE_AT = 3
const SPAN_AT = 36
const LOW_FLAG_AT = 54
const LENGTH = 55
const isDashAt = (i: number): boolean => i === TRACE_AT - 1 || i === SPAN_AT - 1 || i === LOW_FLAG_AT - 2
const DASH = 45
const DIGIT_0 = 48
const DIGIT_9 = 57
const LETTER_A = 97
const LETTER_F = 102

/**
 * Reads a `traceparent` (W3C Trace Context, section 3.2): two ids that are not zero, and flags. Of a version that is not
 * known yet what is known counts (section 3.2.4). `undefined` for what is none.
 */
export const parseTraceparent = (value: unknown): TraceContext | undefined => {
  if (typeof value !== 'string' || !isWellFormed(value)) return undefined
  const traceId = value.slice(TRACE_AT, SPAN_AT - 1)
  const spanId = value.slice(SPAN_AT, LOW_FLAG_AT - 2)
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  // The last bit of the flags. Letters begin with an odd code at an even value.
  const code = value.charCodeAt(LOW_FLAG_AT)
  return { traceId, spanId, sampled: (code < LETTER_A ? code & 1 : ~code & 1) === 1 }
}

/** Writes the `traceparent` for whoever is called within the span. */
export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  sampled ? `00-${traceId}-${spanId}-01` : `00-${traceId}-${spanId}-00`

/** Sign by sign: a regular expression takes 0.3 µs, a third of what a request without spans may cost. */
const isWellFormed = (value: string): boolean => {
  if (value.length < LENGTH || value.startsWith('ff')) return false
  if (value.length > LENGTH && (value.startsWith('00') || value.charCodeAt(LENGTH) !== DASH)) return false
  for (let i = 0; i < LENGTH; i++) {
    const code = value.charCodeAt(i)
    if (isDashAt(i) ? code !== DASH : !isHexDigit(code)) return false
  }
  return true
}

const isHexDigit = (code: number): boolean =>
  (code >= DIGIT_0 && code <= DIGIT_9) || (code >= LETTER_A && code <= LETTER_F)
