import type { Reading } from './bindings.ts'
import type { Caller } from './caller.ts'
import type { Kind, Question } from './question.ts'

/** A value with a name of its own, read without CEL; `undefined` for what is not there. */
export type NamedValue<T> = (question: Question, caller: Caller, reading: Reading) => T | undefined

/** A text that a rule names. */
export interface NamedText {
  readonly read: NamedValue<string>
  /** An id, of which a GUID means the same in any case: Entra's come in lower case. */
  readonly ofId?: boolean
  /** Of names of things: whose they are, and how they read where the case of letters does not matter. */
  readonly ofThing?: { readonly kind: Kind; readonly folded: NamedValue<string> }
}

/** A list of texts that a rule names. */
export interface NamedList {
  readonly read: NamedValue<readonly string[]>
  readonly ofId: boolean
}

const nameOf = (wanted: Kind): NamedText => {
  const read =
    (member: 'name' | 'folded'): NamedValue<string> =>
    (question, _caller, reading) =>
      question.kind === wanted ? question[member] : reading === 'strict' ? undefined : ''
  return { read: read('name'), ofThing: { kind: wanted, folded: read('folded') } }
}

const ofPrincipal =
  <T>(member: string): NamedValue<T> =>
  (_question, { person }) =>
    person?.values[member] as T | undefined

/** Texts of a question, by the path that a rule has for them. */
export const questionTexts: ReadonlyMap<string, NamedText> = new Map<string, NamedText>([
  ['mcp.method', { read: ({ method }) => method }],
  ['mcp.tool.name', nameOf('tool')],
  ['mcp.prompt.name', nameOf('prompt')],
  ['mcp.resource.uri', nameOf('resource')],
  ['mcp.task.id', nameOf('task')]
])

/** Texts of a caller. */
export const callerTexts: ReadonlyMap<string, NamedText> = new Map(
  ['tenantId', 'objectId', 'clientId', 'kind'].map(name => [
    `principal.${name}`,
    { read: ofPrincipal<string>(name), ofId: name !== 'kind' }
  ])
)

/** Lists of texts of a caller. */
export const callerLists: ReadonlyMap<string, NamedList> = new Map(
  ['principal', 'jwt'].flatMap(root =>
    ['scopes', 'roles', 'groups'].map(
      name => [`${root}.${name}`, { read: ofPrincipal<readonly string[]>(name), ofId: name === 'groups' }] as const
    )
  )
)
