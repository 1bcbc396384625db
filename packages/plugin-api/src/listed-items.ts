/** An item of a list, as it would be called. */
export interface ListedItem {
  /** The method that would call it. */
  readonly method: 'tools/call' | 'prompts/get' | 'resources/read' | 'tasks/get'
  /** Name of a tool or prompt, URI of a resource, text of a template, id of a task; empty if it has none. */
  readonly name: string
  /** Whether it is a template: what is called is a URI that it makes. */
  readonly template: boolean
}

/** Methods whose results {@link withoutItems} reads. */
export const LISTING_METHODS: readonly string[] = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'tasks/list'
]

const LISTS = [
  { member: 'tools', method: 'tools/call', named: 'name', template: false },
  { member: 'prompts', method: 'prompts/get', named: 'name', template: false },
  { member: 'resources', method: 'resources/read', named: 'uri', template: false },
  { member: 'resourceTemplates', method: 'resources/read', named: 'uriTemplate', template: true },
  { member: 'tasks', method: 'tasks/get', named: 'taskId', template: false }
] as const

type Json = Readonly<Record<string, unknown>>

/**
 * A result without the items of its lists that are not to be seen, all else of it as it is; the result itself if there are
 * none. For filters that hide what they would refuse.
 */
export const withoutItems = (result: unknown, maySee: (item: ListedItem) => boolean): unknown => {
  if (!isObject(result)) return result
  const shorter = LISTS.flatMap(({ member, method, named, template }) => {
    const items = result[member]
    if (!Array.isArray(items)) return []
    const seen = items.filter(item => maySee({ method, name: nameOf(item, named), template }))
    return seen.length < items.length ? [[member, seen] as const] : []
  })
  return shorter.length === 0 ? result : { ...result, ...Object.fromEntries(shorter) }
}

const nameOf = (item: unknown, named: string): string => {
  const name = isObject(item) ? item[named] : undefined
  return typeof name === 'string' ? name : ''
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
