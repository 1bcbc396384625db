import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { ConfigDocument } from './document.ts'
import type { Finding } from './issue.ts'
import { type ConfigPath, parsePointer } from './path.ts'
import { explain } from './explain.ts'
import { relevantErrors } from './relevant-errors.ts'

const OPTIONS = {
  allErrors: true,
  useDefaults: true,
  strict: true,
  allowUnionTypes: true,
  verbose: true,
  strictRequired: false,
  // What it compiles runs once, when a configuration is read; to make that faster takes half as long again.
  code: { optimize: false }
} as const

/** A compiled schema. Validating fills in defaults. */
export type Validator = ValidateFunction

/**
 * Compiles a JSON Schema draft-07, in a world of its own: an `$id` of one plugin means nothing to another.
 *
 * @throws Error for a schema that cannot be compiled; {@link checkSchema} finds all that is wrong with one
 */
export const compileSchema = (schema: object): Validator =>
  new Ajv({ ...OPTIONS, validateSchema: false }).compile(schema)

let schemas: Ajv | undefined

/**
 * Judges a schema by the schema of schemas, which takes as long to compile as all that a small configuration needs: only for
 * schemas that come from elsewhere.
 *
 * @throws Error for what is no JSON Schema draft-07
 */
export const checkSchema = (schema: object): void => {
  schemas ??= new Ajv(OPTIONS)
  void schemas.validateSchema(schema, true)
}

/**
 * Validates the value at a path of the document. A string that came from a substitution becomes a number or a boolean
 * where the schema wants one, since the environment only has strings.
 */
export const validate = (validator: Validator, value: unknown, at: ConfigPath, document: ConfigDocument): Finding[] => {
  const valid = validator(value) || (convert(validator.errors ?? [], value, at, document) && validator(value))
  if (valid) return []
  return relevantErrors(validator.errors ?? []).map(error => {
    const hidden = document.isSubstituted([...at, ...parsePointer(error.instancePath, value)])
    const finding = explain(error, hidden)
    return { ...finding, path: [...at, ...parsePointer(error.instancePath, value), ...finding.path] }
  })
}

const convert = (errors: readonly ErrorObject[], root: unknown, at: ConfigPath, document: ConfigDocument): boolean => {
  let converted = false
  for (const { keyword, instancePath, params, data } of errors) {
    const path = parsePointer(instancePath, root)
    if (keyword !== 'type' || typeof data !== 'string' || path.length === 0) continue
    if (!document.isSubstituted([...at, ...path])) continue
    const value = scalar(data, [params['type']].flat() as string[])
    if (value === undefined) continue
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], root)
    ;(parent as Record<string | number, unknown>)[path.at(-1)!] = value
    converted = true
  }
  return converted
}

const scalar = (text: string, types: readonly string[]): number | boolean | undefined => {
  const number = Number(text)
  if ((types.includes('number') || types.includes('integer')) && text.trim() !== '' && Number.isFinite(number))
    return number
  return types.includes('boolean') && (text === 'true' || text === 'false') ? text === 'true' : undefined
}
