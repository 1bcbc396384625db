import type { ErrorObject } from 'ajv'
import type { Finding } from './issue.ts'
import { suggestion } from './suggest.ts'

interface Described {
  readonly writeOnly?: boolean
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly properties?: Record<string, unknown>
}

/**
 * Puts a schema error into words. The path is relative to the value that the error is about. A value that came from a
 * substitution, or that the schema marks writeOnly, is not shown: it may be a secret.
 */
export const explain = (error: ErrorObject, hidden: boolean): Finding => {
  const { keyword, params, data } = error
  const about = (error.parentSchema ?? {}) as Described
  const shown = hidden || about.writeOnly === true ? 'the value' : JSON.stringify(data)
  switch (keyword) {
    case 'additionalProperties': {
      const key = params['additionalProperty'] as string
      const known = Object.keys(about.properties ?? {})
      return { path: [key], atKey: true, message: `unknown key "${key}"`, advice: suggestion(key, known) }
    }
    case 'required': {
      const key = params['missingProperty'] as string
      return {
        path: [],
        message: `the key "${key}" is missing`,
        advice: described(about.properties?.[key] as Described)
      }
    }
    case 'type':
      return {
        path: [],
        message: `${shown} is not ${article([params['type']].flat().join(' or '))}`,
        advice: described(about)
      }
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String)
      const advice = typeof data === 'string' && !hidden ? suggestion(data, allowed) : `Known: ${allowed.join(', ')}.`
      return { path: [], message: `${shown} is not allowed here`, advice }
    }
    case 'pattern':
    case 'anyOf':
    case 'oneOf':
    case 'not':
      return { path: [], message: `${shown} is not what belongs here`, advice: described(about) }
    default:
      return { path: [], message: `${shown} ${error.message ?? 'is wrong'}`, advice: described(about) }
  }
}

const described = ({ description, examples }: Described = {}): string => {
  const example = examples?.[0]
  return [description, example === undefined ? undefined : `For example: ${JSON.stringify(example)}.`]
    .filter(part => part !== undefined)
    .join(' ')
}

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`)
