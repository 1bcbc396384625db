export default {
  name: 'messages',
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create: () => ({ mcp: { requests: ['tools/*'] }, onMcpRequest: () => undefined })
}
