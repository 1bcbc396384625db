type Json = Record<string, unknown>

/** Keywords of JSON Schema draft-07 under which names stand, and under each name a schema. */
const NAMED = new Set(['properties', 'patternProperties', 'definitions', 'dependencies'])
/** Keywords under which values stand, and no schemas. */
const VALUES = new Set(['const', 'default', 'enum', 'examples', 'required'])

/** The same schema, every subschema and then itself replaced by what `change` makes of it. */
export const mapSchemas = (schema: unknown, change: (schema: Json) => Json): unknown => {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    return change(
      mapValues(value, (key, below) => (VALUES.has(key) ? below : NAMED.has(key) ? named(below) : walk(below)))
    )
  }
  const named = (value: unknown): unknown => (isObject(value) ? mapValues(value, (_name, below) => walk(below)) : value)
  return walk(schema)
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const mapValues = (object: Json, map: (key: string, value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(key, value)]))
