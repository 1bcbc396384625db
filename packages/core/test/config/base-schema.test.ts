import t from 'tap'
import { baseSchema } from '../../src/config/base-schema.ts'
import { checkSchema } from '../../src/config/validate.ts'

// No start judges it; the schemas of the built-in filters are judged by their own conformance tests.
t.test('the schema of the configuration is JSON Schema draft-07', async t => {
  t.doesNotThrow(() => checkSchema(baseSchema))
  t.throws(() => checkSchema({ ...baseSchema, required: 'publicUrl' }), { message: /schema is invalid/ })
})
