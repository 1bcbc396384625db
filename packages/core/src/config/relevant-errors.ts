import type { ErrorObject } from 'ajv'
import { choiceOfKeys } from './choice-of-keys.ts'
import { nearest } from './suggest.ts'

/**
 * Of all that a validator finds, what its reader needs: of alternatives (`anyOf`, `oneOf`) either what is wrong inside
 * the branch that fits, or that none fits; and nothing that only follows from another error.
 */
export const relevantErrors = (errors: readonly ErrorObject[]): ErrorObject[] => {
  const relevant = errors.filter(error => !isAside(error, errors) && !follows(error, errors))
  // What is wrong must never come out as right, whatever the schema looks like.
  return (relevant.length === 0 ? errors : relevant).map(error => withDescription(error, errors))
}

const isAside = (error: ErrorObject, errors: readonly ErrorObject[]): boolean => {
  if (error.keyword === 'if') return true
  if (isChoice(error))
    return errors.some(other => isInside(other, error) && isSpecific(other, error) && !follows(other, errors))
  const choice = choiceOf(error, errors)
  return choice !== undefined && !isSpecific(error, choice)
}

/** A value of the wrong type also fails the choice among its keys; a misspelt key is also missing. */
const follows = (error: ErrorObject, errors: readonly ErrorObject[]): boolean => {
  const beside = errors.filter(other => other.instancePath === error.instancePath && other !== error)
  if (
    isChoice(error) &&
    beside.some(({ keyword, parentSchema }) => keyword === 'type' && parentSchema === error.parentSchema)
  )
    return true
  const missing = missingKeys(error)
  return beside.some(other => missing.includes(meantKey(other) ?? ''))
}

const missingKeys = ({ keyword, params, parentSchema }: ErrorObject): readonly string[] => {
  if (keyword === 'required' || keyword === 'dependencies') return [params['missingProperty'] as string]
  const missesAll = keyword === 'anyOf' || (keyword === 'oneOf' && params['passingSchemas'] === null)
  return missesAll ? (choiceOfKeys(parentSchema) ?? []) : []
}

const meantKey = ({ keyword, params, parentSchema }: ErrorObject): string | undefined =>
  keyword === 'additionalProperties'
    ? nearest(params['additionalProperty'] as string, Object.keys((parentSchema?.['properties'] ?? {}) as object))
    : undefined

/** A branch of alternatives is described, as a rule, only where the alternatives are. */
const withDescription = (error: ErrorObject, errors: readonly ErrorObject[]): ErrorObject => {
  const { description } = (choiceOf(error, errors)?.parentSchema ?? {}) as { description?: string }
  return description === undefined ? error : { ...error, parentSchema: { description, ...error.parentSchema } }
}

const choiceOf = (error: ErrorObject, errors: readonly ErrorObject[]): ErrorObject | undefined =>
  errors.find(other => isChoice(other) && isInside(error, other))

const isInside = (error: ErrorObject, other: ErrorObject): boolean =>
  error.schemaPath.startsWith(`${other.schemaPath}/`)

const isChoice = ({ keyword }: ErrorObject): boolean => keyword === 'anyOf' || keyword === 'oneOf'

/** The branch has the right type, and something in it is wrong. */
const isSpecific = (error: ErrorObject, choice: ErrorObject): boolean =>
  error.instancePath.length > choice.instancePath.length ||
  !['type', 'const', 'enum', 'required'].includes(error.keyword)
