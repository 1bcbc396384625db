import { Ajv } from 'ajv'
import type { BreachList } from './breach.ts'
import { isJson, type Json, mayBe, resolved, type Subschema, subschemas } from './subschemas.ts'

/** Names of keys that hold secrets as a rule. */
const SECRET = /secret|password|passphrase|credential|private.?key|api.?key|access.?token/i

/** Checks that a schema is closed and documented, and that its defaults and examples are what it allows. */
export const checkSchema = (root: Json, breaches: BreachList): void => {
  if (root['type'] !== 'object') breaches.add('schema', 'its type is not object: a configuration is a map')
  if (isJson(root['properties']) && 'id' in root['properties']) {
    breaches.add('schema', '/properties/id: the key id is taken out before the schema is applied')
  }
  for (const subschema of subschemas(root)) {
    checkClosed(subschema, breaches)
    checkDescribed(subschema, root, breaches)
    checkSecret(subschema, breaches)
    checkValues(subschema, root, breaches)
  }
}

/** Where members are named, no others are let in; a map of free names says that it is one. */
const checkClosed = ({ schema, at }: Subschema, breaches: BreachList): void => {
  if (!mayBe(schema, 'object') || schema['additionalProperties'] === false) return
  if (schema['properties'] !== undefined || at === '') {
    breaches.add('schema', `${at || 'the root'} lacks additionalProperties: false`)
  } else if (schema['additionalProperties'] === undefined) {
    breaches.add('schema', `${at} does not say what its members may be: give it additionalProperties`)
  }
}

const checkDescribed = ({ schema, at, key }: Subschema, root: Json, breaches: BreachList): void => {
  if (key === undefined) return
  const description = schema['description'] ?? resolved(schema, root)['description']
  if (typeof description !== 'string' || description.trim() === '') breaches.add('schema', `${at} has no description`)
}

const checkSecret = ({ schema, at, key = '' }: Subschema, breaches: BreachList): void => {
  if (!SECRET.test(key) || schema['writeOnly'] !== undefined) return
  if (!mayBe(schema, 'string') && !mayBe(schema, 'object')) return
  breaches.add('schema', `${at} sounds like a secret: give it writeOnly: true, or false if it is none`)
}

const checkValues = ({ schema, at }: Subschema, { definitions }: Json, breaches: BreachList): void => {
  const values = [
    ['default', schema['default']] as const,
    ...examplesOf(schema).map(value => ['examples', value] as const)
  ]
  for (const [keyword, value] of values) {
    if (value === undefined) continue
    const validator = new Ajv({ strict: false, useDefaults: true }).compile({
      ...schema,
      definitions: definitions ?? {}
    })
    if (validator(structuredClone(value))) continue
    const [error] = validator.errors ?? []
    breaches.add(
      'schema',
      `${at}/${keyword}: ${JSON.stringify(value)} is not allowed by its own schema: ${error?.message}`
    )
  }
}

const examplesOf = ({ examples }: Json): readonly unknown[] => (Array.isArray(examples) ? examples : [])
