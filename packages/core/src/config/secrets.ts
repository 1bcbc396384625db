import { Ajv } from 'ajv'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'

const HIDDEN = '(hidden)'

/** Keywords of which the validator may leave branches out once it knows enough. */
const CHOICES = ['anyOf', 'oneOf', 'then', 'else']
/** Keywords under which names stand, and under each name a schema. */
const NAMED = new Set(['properties', 'patternProperties', 'definitions', 'dependencies'])
/** Keywords under which values stand, and no schemas. */
const VALUES = new Set(['const', 'default', 'enum', 'examples', 'required'])

type Json = Record<string, unknown>

/** A copy of a configuration in which every value that its schema marks `writeOnly` anywhere says `(hidden)`. */
export const withoutSecrets = (schema: object, config: object): object => {
  const copy = structuredClone(config)
  const validator = new Ajv({ allErrors: true, strict: false })
    .removeKeyword('writeOnly')
    .addKeyword({ keyword: 'writeOnly', schemaType: 'boolean', modifying: true, errors: false, validate: hide })
    .compile(everyBranch(schema) as Json)
  if ((schema as Json)['writeOnly'] === true) return Object.fromEntries(Object.keys(config).map(key => [key, HIDDEN]))
  validator(copy)
  return copy
}

const hide = (secret: boolean, _data: unknown, _schema: unknown, at?: DataValidationCxt): true => {
  const parent = at?.parentData
  if (secret && parent !== undefined) parent[at!.parentDataProperty] = HIDDEN
  return true
}

/** The same schema, of which every branch is looked at: what one of them marks is a secret. */
const everyBranch = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(everyBranch)
  if (typeof schema !== 'object' || schema === null) return schema
  const walked: Json = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, VALUES.has(key) ? value : walk(key, value)])
  )
  const { allOf = [], contains } = walked
  const branches = [allOf, ...CHOICES.map(key => walked[key] ?? []), contains === undefined ? [] : { items: contains }]
  const all = branches.flat()
  return all.length === 0 ? walked : { ...walked, allOf: all }
}

const walk = (key: string, value: unknown): unknown =>
  NAMED.has(key) && typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, everyBranch(schema)]))
    : everyBranch(value)
