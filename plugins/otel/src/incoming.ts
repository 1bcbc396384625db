import type { TraceContext } from '@sluice/plugin-api'
import { parseTraceparent } from './traceparent.ts'

/** What the header fields of a request say of the trace that it is part of. */
export interface Incoming {
  /** The caller's context, where there is one `traceparent` and it is valid: of two nobody could tell which counts. */
  readonly parent: TraceContext | undefined
  /** Whether these fields are there at all. */
  readonly tracestate: boolean
  readonly baggage: boolean
}

/** What it says without them. */
export const NOTHING_INCOMING: Incoming = Object.freeze({ parent: undefined, tracestate: false, baggage: false })
const LETTER_T = 116
const LETTER_B = 98

/** Reads the fields. Most requests have none of them, and most names differ in their first letter or in their length. */
export const readIncoming = (rawHeaders: readonly string[]): Incoming => {
  let value: string | undefined
  let parents = 0
  let tracestate = false
  let baggage = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    const letter = name.charCodeAt(0) | 32
    if (letter === LETTER_T) {
      if (name.length === 11 && name.toLowerCase() === 'traceparent') {
        value = rawHeaders[i + 1]
        parents++
      } else if (name.length === 10 && name.toLowerCase() === 'tracestate') tracestate = true
    } else if (letter === LETTER_B && name.length === 7 && name.toLowerCase() === 'baggage') baggage = true
  }
  if (parents === 0 && !tracestate && !baggage) return NOTHING_INCOMING
  return { parent: parents === 1 ? parseTraceparent(value) : undefined, tracestate, baggage }
}
