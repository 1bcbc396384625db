import { isDeepStrictEqual } from 'node:util'
import type { BreachList } from './breach.ts'

/** A compiled schema that fills in defaults. */
export interface Validator {
  (value: unknown): boolean | Promise<unknown>
  errors?: readonly { readonly instancePath: string; readonly message?: string | undefined }[] | null | undefined
}

/** The configurations with their defaults, those that the schema accepts. */
export const acceptedConfigs = (
  configs: readonly object[],
  validator: Validator,
  breaches: BreachList
): readonly object[] =>
  configs.flatMap((config, i) => {
    const whole = structuredClone(config)
    if (validator(whole) === true) {
      checkUnknownKey(config, validator, breaches)
      return [whole]
    }
    const errors = (validator.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`.trim())
    breaches.add('configuration', `configuration ${i + 1} is refused: ${errors.join('; ')}`)
    return []
  })

const checkUnknownKey = (config: object, validator: Validator, breaches: BreachList): void => {
  const key = 'noSuchKey'
  if (validator({ ...structuredClone(config), [key]: true }) !== true) return
  breaches.add('schema', `it accepts an unknown key (${key}): what an operator misspells would be ignored`)
}

/** Checks that making a filter left its configuration as it was: it belongs to the gateway. */
export const checkUntouched = (before: object, after: object, breaches: BreachList): void => {
  if (!isDeepStrictEqual(before, after)) breaches.add('configuration', 'create changed the configuration that it got')
}
