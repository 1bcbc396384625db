import type { Logger } from '@sluice/plugin-api'
import { type Sampler, samplers } from './sampler.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Where a signal goes. */
export type Destination = 'otlp' | 'console'
/** How OTLP is spoken. */
export type Protocol = 'http/protobuf' | 'http/json'

/** What the `OTEL_*` variables say, as far as the SDK does not read them itself. */
export interface Environment {
  readonly traces: Destination | undefined
  readonly metrics: Destination | undefined
  readonly tracesProtocol: Protocol
  readonly metricsProtocol: Protocol
  readonly sampler: Sampler
  /** Whether `traceparent` is read and written. */
  readonly propagates: boolean
  /** Whether `baggage` is named. */
  readonly passesBaggage: boolean
}

/**
 * Reads the variables of OpenTelemetry's specification. A value that is not known is named in the log and counts as not
 * set, as the specification has it.
 */
export const readEnvironment = (variables: Variables, log: Logger): Environment => {
  const reader = new Reader(variables, log)
  const disabled = reader.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true'
  const propagators = reader
    .text('OTEL_PROPAGATORS')
    ?.split(',')
    .map(name => name.trim()) ?? ['tracecontext']
  if (!disabled) reader.checkOfSdk()
  return {
    traces: disabled ? undefined : reader.destination('OTEL_TRACES_EXPORTER'),
    metrics: disabled ? undefined : reader.destination('OTEL_METRICS_EXPORTER'),
    tracesProtocol: reader.protocol('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'),
    metricsProtocol: reader.protocol('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'),
    sampler: readSampler(reader),
    propagates: propagators.includes('tracecontext'),
    passesBaggage: propagators.includes('baggage')
  }
}

const readSampler = (reader: Reader): Sampler => {
  const names = Object.keys(samplers) as (keyof typeof samplers)[]
  const name = reader.choice('OTEL_TRACES_SAMPLER', names) ?? 'parentbased_always_on'
  return samplers[name](name.endsWith('traceidratio') ? reader.ratio('OTEL_TRACES_SAMPLER_ARG') : 1)
}

/** Read by the SDK, which says nothing of a value that it cannot use and takes its default. */
const addresses = ['', '_TRACES', '_METRICS'].map(signal => `OTEL_EXPORTER_OTLP${signal}_ENDPOINT`)
const counts = [
  ...['SCHEDULE_DELAY', 'EXPORT_TIMEOUT', 'MAX_QUEUE_SIZE', 'MAX_EXPORT_BATCH_SIZE'].map(name => `OTEL_BSP_${name}`),
  ...['INTERVAL', 'TIMEOUT'].map(name => `OTEL_METRIC_EXPORT_${name}`),
  ...['', '_TRACES', '_METRICS'].map(signal => `OTEL_EXPORTER_OTLP${signal}_TIMEOUT`)
]

class Reader {
  readonly #variables: Variables
  readonly #log: Logger
  readonly #ignored = new Set<string>()

  constructor(variables: Variables, log: Logger) {
    this.#variables = variables
    this.#log = log
  }

  /** A variable that is empty is not set. */
  text(name: string): string | undefined {
    const value = this.#variables[name]?.trim()
    return value === '' ? undefined : value
  }

  choice<T extends string>(name: string, known: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const found = known.find(choice => choice === value)
    if (found === undefined) this.#ignore(name, `it is none of ${known.join(', ')}`)
    return found
  }

  destination(name: string): Destination | undefined {
    const found = this.choice(name, ['otlp', 'console', 'none']) ?? 'otlp'
    return found === 'none' ? undefined : found
  }

  protocol(name: string): Protocol {
    const known = ['http/protobuf', 'http/json'] as const
    return this.choice(name, known) ?? this.choice('OTEL_EXPORTER_OTLP_PROTOCOL', known) ?? 'http/protobuf'
  }

  ratio(name: string): number {
    const ratio = Number(this.text(name) ?? 1)
    if (ratio >= 0 && ratio <= 1) return ratio
    this.#ignore(name, 'it is no number from 0 to 1')
    return 1
  }

  checkOfSdk(): void {
    for (const name of addresses) {
      const value = this.text(name)
      // The value may have a password in it.
      if (value !== undefined && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
        this.#ignore(name, 'it is no http or https URL; the default is http://localhost:4318')
    }
    for (const name of counts) {
      const value = this.text(name)
      if (value !== undefined && !(Number(value) >= 0)) this.#ignore(name, 'it is no number')
    }
  }

  #ignore(variable: string, why: string): void {
    if (this.#ignored.has(variable)) return
    this.#ignored.add(variable)
    this.#log.warn({ variable }, `${variable} is ignored: ${why}`)
  }
}
