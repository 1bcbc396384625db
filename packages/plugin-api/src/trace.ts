/** Where an exchange stands in a trace (W3C Trace Context): the value of the fact `trace`. */
export interface TraceContext {
  /** 32 hexadecimal digits in lower case. */
  readonly traceId: string
  /** 16 hexadecimal digits in lower case: the gateway's span, or where nothing is recorded the caller's. */
  readonly spanId: string
  /** Whether spans are recorded. */
  readonly sampled: boolean
}
