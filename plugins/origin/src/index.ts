import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type OriginConfig } from './config.ts'
import { createOrigin } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { OriginConfig } from './config.ts'

/** Lets pages of known origins in and no others, and says so to browsers (Fetch standard, CORS protocol). */
export default definePlugin<OriginConfig>({
  name: 'origin',
  version: '0.1.0',
  api: 1,
  configSchema,
  create: (config, ctx) => createOrigin(config, ctx)
})
