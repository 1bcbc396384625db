import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type ScopeConfig } from './config.ts'
import { createScope } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { ScopeConfig } from './config.ts'

/** Requires scopes of people and app roles of applications. */
export default definePlugin<ScopeConfig>({
  name: 'scope',
  version: '0.1.0',
  api: 1,
  configSchema,
  requires: () => ['principal'],
  create: (config, ctx) => createScope(config, ctx)
})
