import type { Logger } from '@sluice/plugin-api'
import t from 'tap'
import { readEnvironment } from '../src/environment.ts'

const warned = (variables: Record<string, string>): readonly string[] => {
  const said: string[] = []
  const log = { warn: (_fields: object, message: string) => said.push(message) } as unknown as Logger
  readEnvironment(variables, log)
  return said
}

t.test('what cannot be used is named once, that of the SDK too, and its value is not shown', async t => {
  const table: readonly [Record<string, string>, readonly RegExp[]][] = [
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'user:secret-at-collector' }, [/^OTEL_EXPORTER_OTLP_ENDPOINT is ignored: .*4318$/]],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'collector:4318' }, [/METRICS_ENDPOINT is ignored/]],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: 'abc' }, [/^OTEL_BSP_MAX_QUEUE_SIZE is ignored: it is no number/]],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '-1' }, [/TIMEOUT is ignored/]],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, [/^OTEL_EXPORTER_OTLP_PROTOCOL is ignored: it is none of/]],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example', OTEL_BSP_MAX_QUEUE_SIZE: '10' }, []],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'x', OTEL_SDK_DISABLED: 'true' }, []]
  ]
  for (const [variables, expected] of table) {
    const said = warned(variables)
    t.match(said, expected, JSON.stringify(variables))
    t.equal(said.length, expected.length)
    t.notMatch(said.join(), 'secret-at-collector')
  }
})
