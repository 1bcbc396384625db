import { definePlugin } from '@sluice/plugin-api'

export default definePlugin({
  name: 'provider',
  version: '1.0.0',
  api: 1,
  configSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      colour: { enum: ['red', 'green'], description: 'Its colour.' },
      size: { type: 'integer', minimum: 1, description: 'Its size, 1 or more.', default: 1 },
      bright: { type: 'boolean', description: 'Whether it is bright.' },
      tenant: {
        anyOf: [
          { type: 'string', pattern: '^[0-9a-f]{4}$' },
          { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[0-9a-f]{4}$' } }
        ],
        description: 'Four hexadecimal digits, or a list of such.'
      },
      store: {
        anyOf: [
          { type: 'object', oneOf: [{ required: ['url'] }, { required: ['file'] }] },
          { type: 'string', const: 'memory' }
        ],
        description: 'Where it keeps things: memory, or a map with url or file.'
      }
    }
  },
  provides: ['principal'],
  create: () => ({})
})
