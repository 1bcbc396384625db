import t from 'tap'
import { withoutSecrets } from '../../src/config/secrets.ts'

const secret = { type: 'string', writeOnly: true }

t.test('a value is hidden wherever its schema marks it, whatever else would fit', async t => {
  const rows: readonly (readonly [string, object, object])[] = [
    ['a key', { properties: { k: secret } }, { k: 'SECRET' }],
    ['a later alternative', { properties: { k: { anyOf: [{ type: 'string' }, secret] } } }, { k: 'SECRET' }],
    [
      'an alternative of the whole',
      { anyOf: [{ required: ['b'] }, { properties: { k: secret } }] },
      { b: 1, k: 'SECRET' }
    ],
    ['one of', { oneOf: [{ required: ['b'] }, { properties: { k: secret } }] }, { b: 1, k: 'SECRET' }],
    [
      'either way of a condition',
      { if: { required: ['b'] }, then: {}, else: { properties: { k: secret } } },
      { b: 1, k: 'SECRET' }
    ],
    ['what a list contains', { properties: { l: { type: 'array', contains: secret } } }, { l: ['SECRET', 'SECRET'] }],
    ['items', { properties: { l: { items: { properties: { k: secret } } } } }, { l: [{ k: 'SECRET' }] }],
    ['a reference', { properties: { k: { $ref: '#/definitions/s' } }, definitions: { s: secret } }, { k: 'SECRET' }],
    ['names that are not known', { additionalProperties: secret }, { any: 'SECRET' }],
    ['a property that is called like a keyword', { properties: { anyOf: secret } }, { anyOf: 'SECRET' }],
    ['a map', { properties: { m: { type: 'object', writeOnly: true } } }, { m: { k: 'SECRET' } }],
    ['the whole', { writeOnly: true }, { k: 'SECRET' }],
    [
      'the whole, by a reference',
      { $ref: '#/definitions/s', definitions: { s: { writeOnly: true } } },
      { k: 'SECRET' }
    ],
    ['the whole, in a branch', { allOf: [{ type: 'object' }, { writeOnly: true }] }, { k: 'SECRET' }],
    ['a dependency that is not there', { dependencies: { b: { properties: { k: secret } } } }, { k: 'SECRET' }]
  ]
  for (const [name, schema, config] of rows) {
    const before = structuredClone(config)
    const shown = JSON.stringify(withoutSecrets({ $id: 'https://x.example/s', ...schema }, config))
    t.notMatch(shown, /SECRET/, name)
    t.match(shown, /\(hidden\)/, name)
    t.strictSame(config, before, 'and the configuration itself is as it was')
  }
  t.strictSame(withoutSecrets({ properties: { k: { type: 'string', default: { writeOnly: true } } } }, { k: 'open' }), {
    k: 'open'
  })
})
