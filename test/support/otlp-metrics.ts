import { type KeyValue, readAttributes } from './otlp-attributes.ts'

/** A point of a metric as it was received. */
export interface ReceivedMetric {
  readonly name: string
  readonly type: 'sum' | 'gauge' | 'histogram'
  readonly unit: string
  readonly attributes: Record<string, unknown>
  /** The number, or how many values a histogram has. */
  readonly value: number
  /** Of a histogram. */
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
}

interface Point {
  readonly attributes?: readonly KeyValue[]
  readonly asDouble?: number
  readonly asInt?: string
  readonly count?: string
  readonly explicitBounds?: readonly number[]
  readonly bucketCounts?: readonly string[]
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
}

interface OtlpMetric {
  readonly name: string
  readonly unit?: string
  readonly sum?: Data
  readonly gauge?: Data
  readonly histogram?: Data
}

interface Data {
  readonly dataPoints: readonly Point[]
  readonly aggregationTemporality?: number
  readonly isMonotonic?: boolean
}

interface Request {
  readonly resourceMetrics: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[] }[]
}

/** Reads a request. @throws Error for a metric that a collector would not take */
export const readMetrics = (request: object): ReceivedMetric[] =>
  (request as Request).resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(readMetric))
  )

const CUMULATIVE = 2

const readMetric = ({ name, unit = '', ...data }: OtlpMetric): ReceivedMetric[] => {
  const type = (['sum', 'gauge', 'histogram'] as const).find(kind => data[kind] !== undefined)
  if (type === undefined) throw new Error(`${name} has no data`)
  const { dataPoints, aggregationTemporality } = data[type]!
  if (type !== 'gauge' && aggregationTemporality !== CUMULATIVE) throw new Error(`${name} is not cumulative`)
  return dataPoints.map(point => {
    const { explicitBounds: bounds = [], bucketCounts = [] } = point
    const counts = bucketCounts.map(Number)
    const value = Number(type === 'histogram' ? point.count : (point.asDouble ?? point.asInt))
    if (BigInt(point.timeUnixNano) < BigInt(point.startTimeUnixNano)) throw new Error(`${name} ends before it starts`)
    if (type === 'histogram' && (counts.length !== bounds.length + 1 || sum(counts) !== value))
      throw new Error(`the buckets of ${name} do not add up`)
    return { name, type, unit, attributes: readAttributes(point.attributes), value, bounds, counts }
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
