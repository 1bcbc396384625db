export default {
  name: 'torn',
  version: '1.0.0',
  api: 1,
  configSchema: {},
  requires: () => {
    throw new TypeError('no such thing')
  },
  create: () => ({})
}
