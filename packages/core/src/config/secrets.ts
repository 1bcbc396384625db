import { Ajv } from 'ajv'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'

const HIDDEN = '(hidden)'

const hide = (secret: boolean, _data: unknown, _schema: unknown, at?: DataValidationCxt): true => {
  const parent = at?.parentData
  if (secret && parent !== undefined) parent[at!.parentDataProperty] = HIDDEN
  return true
}

// What the schema says of a place is found out by the validator itself, references and alternatives included.
const hider = new Ajv({ allErrors: true, strict: false })
  .removeKeyword('writeOnly')
  .addKeyword({ keyword: 'writeOnly', schemaType: 'boolean', modifying: true, errors: false, validate: hide })

/** A copy of a configuration in which every value that its schema marks `writeOnly` says `(hidden)`. */
export const withoutSecrets = (schema: object, config: object): object => {
  const copy = structuredClone(config)
  hider.compile(schema)(copy)
  return copy
}
