export default { name: 'nothing', version: '1.0.0', api: 1, configSchema: {}, create: () => {} }
