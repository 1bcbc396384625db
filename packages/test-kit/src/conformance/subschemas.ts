export type Json = Readonly<Record<string, unknown>>

/** A schema inside a schema. */
export interface Subschema {
  readonly schema: Json
  /** JSON Pointer (RFC 6901) from the root; empty for the root itself. */
  readonly at: string
  /** The key of the configuration that it defines: not where a condition or an alternative only restricts it. */
  readonly key?: string
}

const ONE = ['additionalProperties', 'propertyNames', 'items', 'contains', 'if', 'then', 'else', 'not']
const LISTS = ['items', 'allOf', 'anyOf', 'oneOf']
const MAPS = ['properties', 'patternProperties', 'definitions', 'dependencies']

/** The schema and every schema in it (draft-07), outer ones first. */
export function* subschemas(schema: Json, at = '', key?: string): Generator<Subschema> {
  yield key === undefined ? { schema, at } : { schema, at, key }
  // A schema that only restricts what is defined elsewhere says no type.
  const defines = mayBe(schema, 'object')
  for (const keyword of ONE) if (isJson(schema[keyword])) yield* subschemas(schema[keyword], `${at}/${keyword}`)
  for (const keyword of LISTS) {
    for (const [i, branch] of asList(schema[keyword]).entries()) {
      if (isJson(branch)) yield* subschemas(branch, `${at}/${keyword}/${i}`)
    }
  }
  for (const keyword of MAPS) {
    for (const [name, inner] of Object.entries(isJson(schema[keyword]) ? schema[keyword] : {})) {
      const pointer = `${at}/${keyword}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (isJson(inner)) yield* subschemas(inner, pointer, defines && keyword === 'properties' ? name : undefined)
    }
  }
}

/** Whether the schema says that a value may be of the type. */
export const mayBe = (schema: Json, type: string): boolean => [schema['type']].flat().includes(type)

/** The schema, or the definition that it refers to. */
export const resolved = (schema: Json, root: Json): Json => {
  const [, name] = /^#\/definitions\/([^/]+)$/.exec(typeof schema['$ref'] === 'string' ? schema['$ref'] : '') ?? []
  const definition = isJson(root['definitions']) && name !== undefined ? root['definitions'][name] : undefined
  return isJson(definition) ? definition : schema
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
