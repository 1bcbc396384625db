export default {
  name: 'misspelt',
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create: () => ({ onRequests: () => ({ status: 403 }) })
}
