import type { ListedItem, McpRequest } from '@sluice/plugin-api'
import { type Kind, NO_TEXT, type NamedQuestion, newQuestion } from './question.ts'

type Params = McpRequest['params']

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['tools/call', 'tool'],
  ['prompts/get', 'prompt'],
  ['resources/read', 'resource'],
  ['resources/subscribe', 'resource'],
  ['tasks/get', 'task'],
  ['tasks/result', 'task'],
  ['tasks/cancel', 'task'],
  ['tasks/update', 'task']
])

/** Methods of MCP that rules are asked about. */
export const asked: readonly string[] = [...KINDS.keys(), 'completion/complete']

/** What names nothing that rules could be about. Lists are filtered when they come back. */
export const UNASKED: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'logging/setLevel',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/unsubscribe',
  'tasks/list'
])

/** What the rules are asked about a message: nothing, one thing, or several. What has no place in MCP is asked by its method. */
export const questionsOf = ({ kind, method, target, params }: McpRequest): readonly NamedQuestion[] => {
  if (kind === 'response' || UNASKED.has(method)) return NONE
  // A server might do what a message without an id asks for.
  if (kind === 'notification' && method.startsWith('notifications/')) return NONE
  if (method === 'subscriptions/listen') return subscribed(params)
  if (method === 'completion/complete') return [referenced(method, params, target)]
  const thing = namesNothing(method, params) ? undefined : KINDS.get(method)
  const given = thing === 'tool' ? (params['arguments'] ?? {}) : undefined
  return [newQuestion(method, thing, target ?? NO_TEXT, given)]
}

const NONE: readonly NamedQuestion[] = []

/** Revision 2026-07-28 does not have the method: a server of that one says so whatever stands in it. */
const namesNothing = (method: string, params: Params): boolean => method === 'resources/subscribe' && !('uri' in params)

/** A completion is about a prompt or a resource, as if that were used. */
const referenced = (method: string, { ref }: Params, target: string | undefined): NamedQuestion => {
  const { type, name: prompt, uri } = (ref ?? {}) as Params
  const isPrompt = type === 'ref/prompt'
  // Of two names a server could take the other one.
  const name = prompt !== undefined && uri !== undefined ? NO_TEXT : (target ?? NO_TEXT)
  // A server looks for the template by its text (2025-11-25, Completion, Reference Types).
  return { ...newQuestion(method, isPrompt ? 'prompt' : 'resource', name), template: name.includes('{') }
}

/** `resourceSubscriptions` of revision 2026-07-28, each as if it were subscribed to by itself. */
const subscribed = ({ notifications }: Params): readonly NamedQuestion[] => {
  const { resourceSubscriptions: uris } = (notifications ?? {}) as { readonly resourceSubscriptions?: unknown }
  if (uris === undefined) return NONE
  return (Array.isArray(uris) ? uris : [NO_TEXT]).map(uri =>
    newQuestion('resources/subscribe', 'resource', typeof uri === 'string' ? uri : NO_TEXT)
  )
}

/** What the rules are asked about an item of a list: whether it may be called. */
export const questionOf = ({ method, name, template }: ListedItem): NamedQuestion => ({
  ...newQuestion(method, KINDS.get(method), name),
  template
})
