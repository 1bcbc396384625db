import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type RevocationConfig } from './config.ts'
import { createRevocation } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { RevocationConfig } from './config.ts'

/** Refuses whom a file says to be revoked, and ends what they have open. */
export default definePlugin<RevocationConfig>({
  name: 'revocation',
  version: '0.1.0',
  api: 1,
  configSchema,
  reads: ['principal'],
  behind: 'principal',
  create: (config, ctx) => createRevocation(config, ctx)
})
