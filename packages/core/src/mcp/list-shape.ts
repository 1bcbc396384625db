import { isObject } from './target.ts'

/** The list that each method answers with. */
const LISTS = [
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates']
] as const

/**
 * The method whose answer a result looks like, if it is a list. On a resumed stream the request was not seen; and a
 * server that files two requests of a session under one id sends the answer of one down the stream of the other.
 */
export const listMethodOf = (result: unknown): string | undefined => {
  if (!isObject(result)) return undefined
  return LISTS.find(([, member]) => Array.isArray(result[member]))?.[0]
}
