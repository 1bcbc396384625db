import type { Reading } from './bindings.ts'
import type { Caller } from './caller.ts'
import type { Kind, Question } from './question.ts'

/** A value with a name of its own, read without CEL; `undefined` for what is not there. */
export type NamedValue<T> = (question: Question, caller: Caller, reading: Reading) => T | undefined

const nameOf =
  (wanted: Kind): NamedValue<string> =>
  ({ kind, name }, _caller, reading) =>
    kind === wanted ? name : reading === 'strict' ? undefined : ''

const ofPrincipal =
  <T>(member: string): NamedValue<T> =>
  (_question, { person }) =>
    person?.values[member] as T | undefined

/** Texts of a question, by the path that a rule has for them. */
export const questionTexts: ReadonlyMap<string, NamedValue<string>> = new Map([
  ['mcp.method', ({ method }) => method],
  ['mcp.tool.name', nameOf('tool')],
  ['mcp.prompt.name', nameOf('prompt')],
  ['mcp.resource.uri', nameOf('resource')],
  ['mcp.task.id', nameOf('task')]
])

/** Texts of a caller. */
export const callerTexts: ReadonlyMap<string, NamedValue<string>> = new Map(
  ['tenantId', 'objectId', 'clientId', 'kind'].map(name => [`principal.${name}`, ofPrincipal<string>(name)])
)

/** Lists of texts of a caller. */
export const callerLists: ReadonlyMap<string, NamedValue<readonly string[]>> = new Map(
  ['principal', 'jwt'].flatMap(root =>
    ['scopes', 'roles', 'groups'].map(name => [`${root}.${name}`, ofPrincipal<readonly string[]>(name)] as const)
  )
)

/** The kinds that names belong to. */
export const kindOfPath: ReadonlyMap<string, Kind> = new Map([
  ['mcp.tool.name', 'tool'],
  ['mcp.prompt.name', 'prompt'],
  ['mcp.resource.uri', 'resource'],
  ['mcp.task.id', 'task']
])
