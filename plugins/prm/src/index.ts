import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type PrmConfig } from './config.ts'
import { createPrm } from './filter.ts'

export { warnings, type WarningCode } from './codes.ts'
export type { PrmConfig } from './config.ts'

/** Publishes a route's OAuth 2.0 Protected Resource Metadata (RFC 9728) and points challenges at it. */
export default definePlugin<PrmConfig>({
  name: 'prm',
  version: '0.1.0',
  api: 1,
  configSchema,
  create: (config, ctx) => createPrm(config, ctx)
})
