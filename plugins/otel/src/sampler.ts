import type { TraceContext } from '@sluice/plugin-api'

/** Whether spans of a trace are recorded, by the caller's context, if there is one, and the trace's id. */
export type Sampler = (parent: TraceContext | undefined, traceId: string) => boolean

const always: Sampler = () => true
const never: Sampler = () => false

/** Samples as the caller did; where a trace begins `root` decides. */
const parentBased =
  (root: Sampler): Sampler =>
  (parent, traceId) =>
    parent === undefined ? root(parent, traceId) : parent.sampled

/** The last 13 digits of an id: 52 bits, which a number holds exactly, of the 56 that are random by W3C Trace Context. */
const RANDOM_DIGITS = 13
const RANDOM_RANGE = 2 ** 52

/** Samples this share of traces: the same of them everywhere, as consistent probability sampling of OpenTelemetry has it. */
const traceIdRatio = (ratio: number): Sampler => {
  if (ratio >= 1) return always
  if (ratio <= 0) return never
  const threshold = (1 - ratio) * RANDOM_RANGE
  return (_parent, traceId) => Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) >= threshold
}

/** The samplers of `OTEL_TRACES_SAMPLER`, made of `OTEL_TRACES_SAMPLER_ARG`. */
export const samplers = {
  always_on: () => always,
  always_off: () => never,
  traceidratio: traceIdRatio,
  parentbased_always_on: () => parentBased(always),
  parentbased_always_off: () => parentBased(never),
  parentbased_traceidratio: (ratio: number) => parentBased(traceIdRatio(ratio))
} as const satisfies Record<string, (ratio: number) => Sampler>
