import { definePlugin } from '@sluice/plugin-api'

export default definePlugin({
  name: 'refusing',
  version: '1.0.0',
  api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  create: () => {
    throw new Error('from must be before to')
  }
})
