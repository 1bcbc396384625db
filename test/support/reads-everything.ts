import { definePlugin } from '@sluice/plugin-api'

/** A filter that sees every message and every result, and lets them be. */
export default definePlugin({
  name: 'reads-everything',
  version: '1.0.0',
  api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({
    mcp: { requests: ['*'], results: ['*'] },
    onMcpRequest: () => undefined,
    onMcpResult: () => undefined
  })
})
