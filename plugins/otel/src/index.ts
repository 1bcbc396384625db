import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type OtelConfig } from './config.ts'
import { createOtel } from './filter.ts'

export type { AttributeValue, OtelConfig } from './config.ts'

/** Tells an OpenTelemetry collector of requests, MCP calls and metrics. */
export default definePlugin<OtelConfig>({
  name: 'otel',
  version: '0.1.0',
  api: 1,
  configSchema,
  reads: ['principal'],
  provides: ['trace'],
  create: (config, ctx) => createOtel(config, ctx)
})
