import { ConformanceError, conformance } from '@sluice/test-kit'
import t from 'tap'
import { breachesOf, configs, finds, isFound, module, thrower } from './breaches-of.ts'
import good from './plugins/good.ts'

t.jobs = 2

const { properties } = good.configSchema as { readonly properties: object }
const withSchema = (more: object, root: object = {}): object => ({
  ...good,
  configSchema: { ...good.configSchema, ...root, properties: { ...properties, ...more } }
})
const map = { type: 'object', additionalProperties: false, description: 'A map.' }

t.test('a good plugin has nothing to answer for', async t => {
  t.strictSame(await breachesOf(good), [])
})

finds('another api', { ...good, api: 2 }, [/^plugin: .*api 2/])
finds('no kebab-case', { ...good, name: 'goodOne' }, [/^plugin: .*name must be kebab-case/])
finds(
  'what a plugin says of itself',
  { ...good, name: 'good-', version: '1', reads: 'principal', provides: ['tag', ''] },
  [
    /^plugin: name "good-" is not kebab-case/,
    /^plugin: version "1" is not/,
    /^plugin: reads is no list/,
    /^plugin: provides names "":/
  ]
)
finds('a fact of its own that it requires', { ...good, requires: () => ['tag'] }, [/^plugin: it requires "tag"/])
finds('requires() that throws', { ...good, requires: thrower('oh') }, [/^plugin: requires\(\) threw: Error: oh/])
finds('a schema that is none', withSchema({ label: { type: 'text' } }), [/^plugin: .*configSchema is no JSON Schema/])
finds('a schema that lets unknown keys in', withSchema({}, { additionalProperties: true }), [
  /^schema: the root lacks additionalProperties: false/,
  /^schema: it accepts an unknown key/
])
finds(
  'a schema that neither closes nor describes',
  withSchema(
    {
      id: { type: 'string', description: 'Never seen.' },
      open: { type: 'object', description: 'Names members and lets others in.', properties: {} },
      any: { type: 'object', description: 'Does not say what its members are.' },
      free: { type: 'object', description: 'Says so.', additionalProperties: true },
      bare: { type: 'string' },
      list: { type: 'array', description: 'A list.', items: { ...map, properties: { inner: { type: 'string' } } } },
      clientSecret: { type: 'string', description: 'Shown by print.' },
      passwordFile: { type: 'string', description: 'The name of a file is no secret.', writeOnly: false },
      later: { ...map, properties: { low: { type: 'integer', minimum: 1, default: 0, description: 'Low.' } } },
      either: {
        description: 'A string, or a map of one.',
        anyOf: [{ type: 'string' }, { ...map, properties: { or: { type: 'string' } } }]
      },
      number: { type: 'integer', examples: [1, 'a'], description: 'A number.' }
    },
    { not: { properties: { bare: { const: 'restricts, and defines nothing' } }, required: ['bare'] } }
  ),
  [
    /^schema: \/properties\/id: the key id is taken out/,
    /^schema: \/properties\/open lacks additionalProperties: false/,
    /^schema: \/properties\/any does not say/,
    /^schema: \/properties\/bare has no description/,
    /^schema: \/properties\/list\/items\/properties\/inner has no description/,
    /^schema: \/properties\/either\/anyOf\/1\/properties\/or has no description/,
    /^schema: \/properties\/clientSecret sounds like a secret/,
    /^schema: \/properties\/later\/properties\/low\/default: 0 is not allowed/,
    /^schema: \/properties\/number\/examples: "a" is not allowed/
  ]
)

t.test('a configuration that the schema refuses', async t => {
  const breaches = await breachesOf(good, { configs: [{ label: 1 }, ...configs] })
  isFound(t, breaches, [/^configuration: configuration 1 is refused: \/label must be string/])
})

t.test('a plugin that is tried with nothing is not called good', async t => {
  await t.rejects(conformance(good, { module, configs: [] }), TypeError)
})

t.test('the error lists every breach', async t => {
  const { message, breaches } = new ConformanceError('dlp', [
    { check: 'schema', message: 'open' },
    { check: 'close', message: 'left' }
  ])
  t.equal(message, 'dlp does not keep the contract of a filter plugin:\n  schema: open\n  close: left')
  t.equal(breaches.length, 2)
})
