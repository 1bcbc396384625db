export default { name: 'api-two', version: '2.0.0', api: 2, configSchema: {}, create: () => ({}) }
