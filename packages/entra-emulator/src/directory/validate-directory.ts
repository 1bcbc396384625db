import { Ajv, type ErrorObject } from 'ajv'
import { checkDirectory } from './check-directory.ts'
import type { Directory } from './directory.ts'
import type { DirectoryPath } from './directory-error.ts'
import { directorySchema } from './directory-schema.ts'

/** A problem before its position in a file is known. */
export interface Finding {
  readonly path: DirectoryPath
  readonly message: string
  readonly advice: string
}

const validate = new Ajv({ allErrors: true, useDefaults: true }).compile<Directory>(directorySchema)

const pointerPath = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(part => (/^\d+$/.test(part) ? Number(part) : part))

const describe = ({ instancePath, keyword, params, message = 'is not valid', propertyName }: ErrorObject): Finding => {
  const path = pointerPath(instancePath)
  if (keyword === 'additionalProperties') {
    const name = String(params['additionalProperty'])
    return { path: [...path, name], message: `${name} is not a known key`, advice: 'Remove it or correct its spelling' }
  }
  if (keyword === 'required') {
    const name = String(params['missingProperty'])
    return { path, message: `${name} is missing`, advice: `Add ${name}` }
  }
  if (keyword === 'enum') {
    const { allowedValues }: { allowedValues?: readonly unknown[] } = params
    const allowed = (allowedValues ?? []).map(String).join(', ')
    return { path, message: 'this value is not known', advice: `Use one of ${allowed}` }
  }
  if (keyword === 'pattern') {
    const example =
      'a GUID in lower case, a user principal name as name@domain, a role without spaces, an authentication context from c1 to c99'
    const place = propertyName === undefined ? path : [...path, propertyName]
    return { path: place, message: 'this value has not the right form', advice: `Write ${example}` }
  }
  return { path, message: `this value ${message}`, advice: 'See sample/directory.yaml for the form' }
}

/** Validates a value as a directory, filling in defaults in place. */
export const validateDirectory = (value: unknown): { directory?: Directory; findings: readonly Finding[] } => {
  if (!validate(value)) {
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'propertyNames')
    return { findings: errors.map(describe) }
  }
  const findings: Finding[] = []
  checkDirectory(value, (path, message, advice) => findings.push({ path, message, advice }))
  return findings.length > 0 ? { findings } : { directory: value, findings }
}
