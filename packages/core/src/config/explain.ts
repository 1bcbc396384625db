import type { ErrorObject } from 'ajv'
import { choiceOfKeys } from './choice-of-keys.ts'
import type { Finding } from './issue.ts'
import { suggestion } from './suggest.ts'

interface Described {
  readonly writeOnly?: boolean
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly properties?: Record<string, unknown>
}

/** A URL with a user, and as a rule a password, or with a query, where keys are (RFC 3986 sections 3.2.1 and 3.4). */
const TELLING_URL = /:\/\/(?:[^/]*@|[^?]*\?)/

/**
 * Puts a schema error into words. The path is relative to the value that the error is about. A value that came from a
 * substitution, that the schema marks writeOnly, or that is a URL with a user or a query, is not shown: it may be a secret.
 */
export const explain = (error: ErrorObject, hidden: boolean): Finding => {
  const { keyword, params, data } = error
  const about = (error.parentSchema ?? {}) as Described
  const unsaid = hidden || about.writeOnly === true || (typeof data === 'string' && TELLING_URL.test(data))
  const shown = unsaid ? 'the value' : show(data)
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
        message: `${shown} is not ${article([params['type']].flat().map(typeName).join(' or '))}`,
        advice: described(about)
      }
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String)
      const advice = typeof data === 'string' && !unsaid ? suggestion(data, allowed) : `Known: ${allowed.join(', ')}.`
      return { path: [], message: `${shown} is not allowed here`, advice }
    }
    case 'dependencies': {
      const [key, other] = [params['property'], params['missingProperty']] as [string, string]
      const advice = [`Add "${other}", or take "${key}" out.`, described(about.properties?.[other] as Described)]
      return {
        path: [key],
        atKey: true,
        message: `the key "${key}" goes only together with "${other}"`,
        advice: advice.filter(part => part !== '').join(' ')
      }
    }
    case 'anyOf':
    case 'oneOf': {
      const keys = choiceOfKeys(error.parentSchema)
      if (keys === undefined)
        return { path: [], message: `${shown} is not what belongs here`, advice: described(about) }
      const there = (params['passingSchemas'] as readonly number[] | null | undefined)?.map(i => keys[i]!)
      if (there === undefined) {
        const advice = keys.map(key => `${key}: ${described(about.properties?.[key] as Described)}`).join(' ')
        return { path: [], message: `one of the keys ${quoted(keys, 'or')} is missing`, advice }
      }
      const advice = 'Keep one of them.'
      return { path: [there[1]!], atKey: true, message: `the keys ${quoted(there, 'and')} exclude each other`, advice }
    }
    case 'minLength':
    case 'minItems': {
      const limit = params['limit'] as number
      const least = `at least ${limit}${keyword === 'minLength' ? ' characters' : ''} belong here`
      return { path: [], message: limit === 1 ? 'this is empty' : least, advice: described(about) }
    }
    case 'minimum':
    case 'maximum':
      return {
        path: [],
        message: `${shown} is ${keyword === 'minimum' ? 'below' : 'above'} ${params['limit']}`,
        advice: described(about)
      }
    case 'uniqueItems':
      return { path: [params['i'] as number], message: 'this stands here twice', advice: 'Take one of them out.' }
    case 'pattern':
    case 'not':
      return hasFinalSlash(error)
        ? { path: [], message: `${shown} has a final /`, advice: `Write it without the final /. ${described(about)}` }
        : { path: [], message: `${shown} is not what belongs here`, advice: described(about) }
    default:
      return { path: [], message: `${shown} ${error.message ?? 'is wrong'}`, advice: described(about) }
  }
}

/** Whether that is all that is wrong. */
const hasFinalSlash = ({ keyword, params, data }: ErrorObject): boolean =>
  keyword === 'pattern' &&
  typeof data === 'string' &&
  data.endsWith('/') &&
  new RegExp(params['pattern'] as string, 'u').test(data.slice(0, -1))

/** A list or a map may hold a secret further down. */
const show = (data: unknown): string => {
  if (Array.isArray(data)) return 'a list'
  return typeof data === 'object' && data !== null ? 'a map' : JSON.stringify(data)
}

const quoted = (keys: readonly string[], word: string): string => keys.map(key => `"${key}"`).join(` ${word} `)

const described = ({ description, examples }: Described = {}): string => {
  const example = examples?.[0]
  return [description, example === undefined ? undefined : `For example: ${JSON.stringify(example)}.`]
    .filter(part => part !== undefined)
    .join(' ')
}

/** As YAML has it. */
const typeName = (type: unknown): string => ({ object: 'map', array: 'list' })[String(type)] ?? String(type)

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`)
