import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { millisToHrTime } from '@opentelemetry/core'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import type { MetricReading, SeriesReading } from '@sluice/plugin-api'

/** What OpenTelemetry's conventions call a metric and its attributes that Prometheus has under another name. */
const CONVENTIONAL: Readonly<
  Record<string, { readonly name: string; readonly attributes: Readonly<Record<string, string>> }>
> = {
  mcp_server_operation_duration_seconds: {
    name: 'mcp.server.operation.duration',
    attributes: {
      mcp_method_name: 'mcp.method.name',
      gen_ai_tool_name: 'gen_ai.tool.name',
      gen_ai_prompt_name: 'gen_ai.prompt.name',
      error_type: 'error.type',
      rpc_response_status_code: 'rpc.response.status_code',
      route: 'sluice.route'
    }
  }
}

/** Times of what was counted, between which nothing was reset. */
interface Span {
  readonly startTime: HrTime
  readonly endTime: HrTime
}

/** The gateway's metrics as OpenTelemetry has them: cumulative, from milliseconds since 1970 to such. */
export const metricData = (readings: readonly MetricReading[], from: number, to: number): MetricData[] => {
  const span = { startTime: millisToHrTime(from), endTime: millisToHrTime(to) }
  return readings.filter(({ series }) => series.length > 0).map(reading => dataOf(reading, span))
}

const dataOf = (reading: MetricReading, span: Span): MetricData => {
  const { type, help, series, buckets } = reading
  const name = CONVENTIONAL[reading.name]?.name ?? reading.name
  const unit = reading.name.replace(/_total$/, '').endsWith('_seconds') ? 's' : ''
  const common = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE
  }
  const points = series.map(one => ({ ...span, attributes: attributesOf(reading, one), reading: one }))
  if (type === 'histogram') {
    const dataPoints = points.map(({ reading: one, ...point }) => ({ ...point, value: histogram(one, buckets) }))
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints }
  }
  const dataPoints = points.map(({ reading: one, ...point }) => ({ ...point, value: one.value }))
  if (type === 'counter') return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
  return { ...common, dataPointType: DataPointType.GAUGE, dataPoints }
}

/** An empty label is no attribute. */
const attributesOf = ({ name, labels }: MetricReading, { values }: SeriesReading): Attributes => {
  const names = CONVENTIONAL[name]?.attributes ?? {}
  return Object.fromEntries(
    labels.flatMap((label, i) => (values[i] === '' ? [] : [[names[label] ?? label, values[i]!] as const]))
  )
}

const histogram = ({ value, counts }: SeriesReading, buckets: readonly number[]) => ({
  buckets: { boundaries: [...buckets], counts: [...counts] },
  sum: value,
  count: counts.reduce((sum, count) => sum + count, 0)
})
