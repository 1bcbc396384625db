import { definePlugin } from '@sluice/plugin-api'
import { type AuthzConfig, configSchema } from './config.ts'
import { createAuthz } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'
export type { AuthzConfig } from './config.ts'

/** Decides by rules who may call and see which tool, prompt and resource. */
export default definePlugin<AuthzConfig>({
  name: 'authz',
  version: '0.1.0',
  api: 1,
  configSchema,
  reads: ['principal'],
  requires: config => (needsPrincipal(config) ? ['principal'] : []),
  create: (config, ctx) => createAuthz(config, ctx)
})

/** Rules on the message alone also do where nobody signs in. */
const needsPrincipal = ({ rules = [], ...others }: Readonly<AuthzConfig>): boolean =>
  'authContext' in others ||
  'agents' in others ||
  'groups' in others ||
  rules.some(({ allow, deny, require }) => /\b(?:principal|jwt)\b/.test(allow ?? deny ?? require ?? ''))
