import { definePlugin } from '@sluice/plugin-api'
import { createSessionBinding } from './filter.ts'

export { refusals, type RefusalCode } from './codes.ts'

/** Binds each MCP session to who began it, and to the route. */
export default definePlugin<object>({
  name: 'session-binding',
  version: '0.1.0',
  api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  requires: () => ['principal'],
  create: (_config, ctx) => createSessionBinding(ctx)
})
