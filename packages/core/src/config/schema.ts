import type { Plugin } from '@sluice/plugin-api'
import { baseSchema } from './base-schema.ts'
import { mapSchemas } from './schema-walk.ts'

type Json = Record<string, unknown>

const ID = { type: 'string', description: 'Name of the entry, needed where one plugin stands twice in a list.' }
const SUBSTITUTION = { type: 'string', pattern: '\\$\\{' }

/**
 * JSON Schema draft-07 of the whole configuration with the plugins' own schemas, for editors. A string with a
 * substitution may stand in place of a number, a boolean or a string of a certain form.
 */
export const configSchema = (plugins: readonly Plugin[]): object => {
  const list = { anyOf: [...plugins.map(entrySchema), foreignEntry(plugins)] }
  const { properties, ...root } = baseSchema
  const { routes, filters, ...others } = properties
  const { upstream, filters: routeFilters, ...route } = routes.items.properties
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Sluice',
    ...root,
    properties: {
      ...substitutableAll(others),
      filters: { ...filters, items: list },
      routes: {
        ...routes,
        items: {
          ...routes.items,
          properties: {
            ...substitutableAll(route),
            upstream: { anyOf: [substitutable(upstream.properties.url), substitutable(upstream)] },
            filters: { ...routeFilters, items: list }
          }
        }
      }
    }
  }
}

const entrySchema = (plugin: Plugin): Json => {
  const schema = plugin.configSchema as Json
  const config = { ...schema, properties: { id: ID, ...substitutableAll(schema['properties'] as Json | undefined) } }
  const optional = schema['required'] === undefined ? { anyOf: [config, { type: 'null' }] } : config
  return {
    type: 'object',
    additionalProperties: false,
    required: [plugin.name],
    properties: { [plugin.name]: optional }
  }
}

/** A filter from outside: any name but the built-in ones. */
const foreignEntry = (plugins: readonly Plugin[]): Json => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  propertyNames: { not: { enum: plugins.map(plugin => plugin.name) } },
  additionalProperties: { type: ['object', 'null'] }
})

/** The schemas of some properties, substitutions allowed. */
const substitutableAll = (properties: Json = {}): Json =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, substitutable(schema)]))

/** The same schema, where every scalar may also be a substitution. */
const substitutable = (schema: unknown): unknown => mapSchemas(schema, orSubstitution)

const orSubstitution = (schema: Json): Json => {
  const { description, default: fallback, ...rest } = schema
  if (!isRestrictedScalar(schema)) return schema
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback })
  }
  return { ...about, anyOf: [rest, SUBSTITUTION] }
}

const isRestrictedScalar = ({ type, pattern, enum: values, minLength }: Json): boolean =>
  type === 'integer' ||
  type === 'number' ||
  type === 'boolean' ||
  (type === 'string' && ((pattern ?? values) !== undefined || Number(minLength) > 1))
