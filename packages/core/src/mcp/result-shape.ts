import { isObject } from './target.ts'

/** What marks the result of each method, the lists first. */
const MARKS = [
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
  ['tools/call', 'content'],
  ['prompts/get', 'messages'],
  ['resources/read', 'contents']
] as const

/**
 * The method whose answer a result looks like. On a resumed stream the request was not seen; and a
 * server that files two requests of a session under one id sends the answer of one down the stream of the other.
 */
export const methodByShape = (result: unknown): string | undefined => {
  if (!isObject(result)) return undefined
  if (isObject(result['structuredContent'])) return 'tools/call'
  if (isObject(result['completion'])) return 'completion/complete'
  return MARKS.find(([, member]) => Array.isArray(result[member]))?.[0]
}
