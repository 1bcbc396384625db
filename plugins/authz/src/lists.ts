import type { Kind, Question } from './question.ts'

/** A list of MCP, and how its items would be called. */
export interface List {
  /** Of the result. */
  readonly member: string
  readonly method: string
  readonly kind: Kind
  /** Member of an item by which it is called. */
  readonly named: string
}

/** Every list of things with a name. */
export const LISTS: readonly List[] = [
  { member: 'tools', method: 'tools/call', kind: 'tool', named: 'name' },
  { member: 'prompts', method: 'prompts/get', kind: 'prompt', named: 'name' },
  { member: 'resources', method: 'resources/read', kind: 'resource', named: 'uri' },
  { member: 'resourceTemplates', method: 'resources/read', kind: 'resource', named: 'uriTemplate' },
  { member: 'tasks', method: 'tasks/get', kind: 'task', named: 'taskId' }
]

/** Methods whose results are lists. */
export const LISTING_METHODS = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'tasks/list'
]

type Json = Readonly<Record<string, unknown>>

/** Asks of a call by name: whether it may be seen. */
export type MaySee = (question: Question) => boolean

/**
 * The result without the items that may not be seen, all else of it as it is; the result itself if there are none. An item
 * without a name is not seen: nobody could call it.
 */
export const withoutHidden = (result: unknown, maySee: MaySee): unknown => {
  if (!isObject(result)) return result
  const shorter = LISTS.flatMap(list => {
    const items = result[list.member]
    if (!Array.isArray(items)) return []
    const seen = items.filter(item => maySee(questionOf(list, item)))
    return seen.length < items.length ? [[list.member, seen] as const] : []
  })
  return shorter.length === 0 ? result : { ...result, ...Object.fromEntries(shorter) }
}

const questionOf = ({ method, kind, named }: List, item: unknown): Question => {
  const name = isObject(item) ? item[named] : undefined
  return { method, kind, name: typeof name === 'string' ? name : '', arguments: undefined }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
