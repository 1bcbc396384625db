import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type EntraOauthConfig } from './config.ts'
import { createEntraOauth } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { EntraOauthConfig } from './config.ts'

/** Stands in front of Entra ID as an authorization server of its own, for clients that Entra does not serve. Stores nothing. */
export default definePlugin<EntraOauthConfig>({
  name: 'entra-oauth',
  version: '0.1.0',
  api: 1,
  configSchema,
  create: (config, ctx) => createEntraOauth(config, ctx)
})
