/** Where an exchange stands in a distributed trace (W3C Trace Context): the value of the fact `trace`. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}
