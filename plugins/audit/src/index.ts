import { definePlugin } from '@sluice/plugin-api'
import { type AuditConfig, configSchema } from './config.ts'
import { createAudit } from './filter.ts'
import { TrailOwner } from './trail-owner.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { AuditConfig } from './config.ts'

/** Records what was decided of each call, and how it ended. */
export default definePlugin<AuditConfig>({
  name: 'audit',
  version: '0.1.0',
  api: 1,
  configSchema,
  reads: ['principal', 'trace'],
  singletons: { trail: (_options, ctx) => new TrailOwner(ctx) },
  create: (config, ctx) => createAudit(config, ctx)
})
