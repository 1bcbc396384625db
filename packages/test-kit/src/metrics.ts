import type { Metrics } from '@sluice/plugin-api'

/** Metrics that can be read back. */
export interface MetricsRecorder extends Metrics {
  /** What a counter or a gauge says, or the sum of a histogram; `undefined` if the series was never recorded. */
  value(name: string, ...labels: readonly string[]): number | undefined
  /** Everything recorded, keyed as `name{value,value}`. */
  readonly values: ReadonlyMap<string, number>
}

/** Makes metrics that live in memory. */
export function recordMetrics(): MetricsRecorder {
  const values = new Map<string, number>()
  const declared = new Map<string, number>()
  const series = (name: string, labels: readonly string[] = []) => {
    declared.set(name, labels.length)
    return (given: readonly string[]): string => {
      if (given.length !== declared.get(name)) throw new Error(`${name} takes ${labels.length} label values`)
      return keyOf(name, given)
    }
  }
  const add = (key: string, n: number) => void values.set(key, (values.get(key) ?? 0) + n)
  return {
    values,
    value: (name, ...labels) => values.get(keyOf(name, labels)),
    read: () => [],
    counter(name, _help, labels) {
      const key = series(name, labels)
      return { series: (...given) => ({ add: (n = 1) => add(key(given), n) }) }
    },
    gauge(name, _help, labels) {
      const key = series(name, labels)
      return { series: (...given) => ({ set: n => void values.set(key(given), n) }) }
    },
    histogram(name, _help, _buckets, labels) {
      const key = series(name, labels)
      return { series: (...given) => ({ observe: n => add(key(given), n) }) }
    }
  }
}

function keyOf(name: string, labels: readonly string[]): string {
  return `${name}{${labels.join(',')}}`
}
