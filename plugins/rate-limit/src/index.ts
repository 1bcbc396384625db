import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type RateLimitConfig } from './config.ts'
import { createRateLimit } from './filter.ts'
import { OpenStreams } from './open-streams.ts'
import { TableOwner } from './table-owner.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { RateLimitConfig } from './config.ts'

/** Limits how often somebody may call, and how many streams they may have open. */
export default definePlugin<RateLimitConfig>({
  name: 'rate-limit',
  version: '0.1.0',
  api: 1,
  configSchema,
  requires: ({ by, kinds }) => (by === 'principal' || by === 'client' || kinds !== undefined ? ['principal'] : []),
  singletons: { arrivals: options => new TableOwner(options as number), streams: () => new OpenStreams() },
  create: (config, ctx) => createRateLimit(config, ctx)
})
