import { createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api'
import type { Counter } from '@sluice/plugin-api'

/** The SDK's own counter of spans that a processor is done with, and what it says of those that found no room. */
const PROCESSED = 'otel.sdk.processor.span.processed'
const FULL = 'queue_full'

/** A meter provider that takes of the SDK's metrics about itself how many spans it dropped, which it tells nobody else. */
export const droppedSpans = (dropped: Counter): MeterProvider => {
  const noop = createNoopMeter()
  const meter: Meter = Object.assign(Object.create(noop) as Meter, {
    createCounter: ((name, options) => {
      if (name !== PROCESSED) return noop.createCounter(name, options)
      return { add: (count, attributes) => attributes?.['error.type'] === FULL && dropped.add(count) }
    }) satisfies Meter['createCounter']
  })
  return { getMeter: () => meter }
}
