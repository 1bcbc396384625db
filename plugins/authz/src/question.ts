import { foldCase } from '@sluice/plugin-api'

/** Kinds of things with a name. */
export type Kind = 'tool' | 'prompt' | 'resource' | 'task'

/** What the rules are asked: may this caller do this? The same for a call and for an item of a list. */
export interface Question {
  /** The method of the call; for an item of a list that by which it would be called. */
  readonly method: string
  /** What kind of thing it is about; `undefined` for a method that MCP does not have. */
  readonly kind: Kind | undefined
  /** Name of a tool or prompt, URI of a resource, id of a task; `undefined` for whatever may be called by the method. */
  readonly name: string | undefined
  /** The name, letter case folded. */
  readonly folded: string
  /** Of the call of a tool; `undefined` where nobody knows them yet. */
  readonly arguments: unknown
  /** Whether the name is a template of URIs. */
  readonly template?: boolean
}

/** A question about a thing. */
export type NamedQuestion = Question & { readonly name: string }

export const newQuestion = (method: string, kind: Kind | undefined, name: string, given?: unknown): NamedQuestion => ({
  method,
  kind,
  name,
  folded: foldCase(name),
  arguments: given
})

/** The question of which every one of its method and kind is an example. */
export const anyOf = (method: string, kind: Kind | undefined): Question => ({
  method,
  kind,
  name: undefined,
  folded: '',
  arguments: undefined
})

/** The name of what is named by no text, or not where it should be: a server could still find a name. */
export const NO_TEXT = '\u0000'

/** Whether the arguments are those that somebody may send later. */
export const isOpen = ({ kind, arguments: given }: Question): boolean => kind === 'tool' && given === undefined
