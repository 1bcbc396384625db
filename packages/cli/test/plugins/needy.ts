import { definePlugin } from '@sluice/plugin-api'

export default definePlugin({
  name: 'needy',
  version: '1.0.0',
  api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  requires: () => ['principal'],
  create: () => ({})
})
