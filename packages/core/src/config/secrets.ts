import { Ajv, type ValidateFunction } from 'ajv'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'
import { mapSchemas } from './schema-walk.ts'

type Json = Record<string, unknown>

const HIDDEN = '(hidden)'

/** A schema is looked at once: there may be thousands of entries of one plugin. */
const hiders = new WeakMap<object, ValidateFunction>()

const hiderOf = (schema: object): ValidateFunction => {
  const known = hiders.get(schema)
  if (known !== undefined) return known
  const hider = new Ajv({ allErrors: true, strict: false })
    .removeKeyword('writeOnly')
    .addKeyword({ keyword: 'writeOnly', schemaType: 'boolean', modifying: true, errors: false, validate: hide })
    .compile(mapSchemas(schema, everyBranch) as Json)
  hiders.set(schema, hider)
  return hider
}

/** A copy of a configuration in which every value that its schema marks `writeOnly` anywhere says `(hidden)`. */
export const withoutSecrets = (schema: object, config: object): object => {
  const copy = structuredClone(config) as Json
  const holder = { copy }
  // As a member, so that the whole can be hidden, too.
  hiderOf(schema).call(holder, copy, {
    instancePath: '',
    parentData: holder,
    parentDataProperty: 'copy',
    rootData: holder,
    dynamicAnchors: {}
  })
  return holder.copy === copy ? copy : Object.fromEntries(Object.keys(config).map(key => [key, HIDDEN]))
}

const hide = (secret: boolean, _data: unknown, _schema: unknown, at?: DataValidationCxt): true => {
  const parent = at?.parentData
  if (secret && parent !== undefined) parent[at!.parentDataProperty] = HIDDEN
  return true
}

/** Keywords of which the validator may leave branches out once it knows enough: what one of them marks is a secret. */
const CHOICES = ['anyOf', 'oneOf', 'then', 'else']

/** The schema, of which every branch is looked at. */
const everyBranch = (schema: Json): Json => {
  const { allOf = [], contains, dependencies = {} } = schema
  const choices = CHOICES.map(key => schema[key] ?? [])
  const dependent = Object.values(dependencies as Json).filter(branch => !Array.isArray(branch))
  const branches = [allOf, ...choices, contains === undefined ? [] : { items: contains }, dependent].flat()
  return branches.length === 0 ? schema : { ...schema, allOf: branches }
}
