import { definePlugin } from '@sluice/plugin-api'

/** A filter that sees every message of a request, and lets it be. */
export default definePlugin({
  name: 'reads-requests',
  version: '1.0.0',
  api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({ mcp: { requests: ['*'] }, onMcpRequest: () => undefined })
})
