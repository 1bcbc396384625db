export default {
  name: 'messages',
  version: '1.0.0',
  api: 1,
  configSchema: { type: 'object', properties: { mcp: {} } },
  create: ({ mcp }) => ({ mcp, onMcpRequest: () => undefined })
}
