import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type JwtEntraConfig } from './config.ts'
import { Documents } from './documents.ts'
import { createJwtEntra } from './filter.ts'
import { systemRuntime } from './runtime.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { JwtEntraConfig } from './config.ts'

/** Verifies access tokens of Microsoft Entra ID, or of another OpenID provider, and tells the rest of the chain who is calling. */
export default definePlugin<JwtEntraConfig>({
  name: 'jwt-entra',
  version: '0.1.0',
  api: 1,
  configSchema,
  provides: ['principal'],
  singletons: { documents: () => new Documents(systemRuntime) },
  create: (config, ctx) => createJwtEntra(config, ctx)
})
