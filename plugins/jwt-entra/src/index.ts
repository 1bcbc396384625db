import { definePlugin } from '@sluice/plugin-api'
import { configSchema, type JwtEntraConfig } from './config.ts'
import { createJwtEntra } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { JwtEntraConfig } from './config.ts'

/** Verifies access tokens of Microsoft Entra ID, or of another OpenID provider, and tells the rest of the chain who is calling. */
export default definePlugin<JwtEntraConfig>({
  name: 'jwt-entra',
  version: '0.1.0',
  api: 1,
  configSchema,
  provides: ['principal'],
  create: (config, ctx) => createJwtEntra(config, ctx)
})
