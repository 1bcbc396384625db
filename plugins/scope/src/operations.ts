import {
  isAmbiguousName,
  isAmbiguousUri,
  isAmbiguousUriTemplate,
  type ListedItem,
  type McpRequest,
  wildcard
} from '@sluice/plugin-api'
import type { NeedsConfig, OperationsConfig, ScopeConfig } from './config.ts'
import type { Needs } from './needs.ts'

/** Names that a message is about. */
interface Operation {
  readonly method: string
  readonly tool: string | undefined
  readonly resources: readonly string[]
}

interface Limited {
  readonly fits: (name: string) => boolean
  readonly needs: Needs
}

/** What the operations of MCP need, by method, tool and resource. */
export class Operations {
  readonly #methods: readonly Limited[]
  readonly #tools: readonly Limited[]
  readonly #resources: readonly Limited[]

  constructor({ methods, tools, resources }: Readonly<ScopeConfig>) {
    this.#methods = readOperations('methods', methods)
    this.#tools = readOperations('tools', tools)
    this.#resources = readOperations('resources', resources)
  }

  /** Whether there are any. */
  get limited(): boolean {
    return this.#methods.length + this.#tools.length + this.#resources.length > 0
  }

  /** What a message needs. A method that names a tool or resource is one even where no answer is wanted. */
  neededBy(message: McpRequest): readonly Needs[] {
    return message.kind === 'response' ? [] : this.#neededFor(operationOf(message))
  }

  /** What the call of an item of a list would need. */
  neededFor({ method, name }: ListedItem): readonly Needs[] {
    const tool = method === 'tools/call' ? name : undefined
    return this.#neededFor({ method, tool, resources: method === 'resources/read' ? [name] : [] })
  }

  /** Whether a message names something so that the server could read another name, for which it needs something else. */
  isNamedUnclearly(message: McpRequest): boolean {
    const { method, tool, resources } = operationOf(message)
    if (tool !== undefined && this.#isUnclearTool(tool)) return true
    // A server looks for the template of a completion by its text (2025-11-25, Completion, Reference Types).
    return resources.some(uri => this.#isUnclearUri(uri, method === 'completion/complete' && uri.includes('{')))
  }

  /** The same of an item of a list, which nobody could call. */
  isListedUnclearly({ method, name, template }: ListedItem): boolean {
    if (method === 'tools/call') return this.#isUnclearTool(name)
    return method === 'resources/read' && this.#isUnclearUri(name, template)
  }

  #isUnclearTool(name: string): boolean {
    return this.#tools.length > 0 && isAmbiguousName(name)
  }

  #isUnclearUri(uri: string, template: boolean): boolean {
    return this.#resources.length > 0 && (template ? isAmbiguousUriTemplate(uri) : isAmbiguousUri(uri))
  }

  #neededFor({ method, tool, resources }: Operation): readonly Needs[] {
    const needed = [...needsOf(this.#methods, method)]
    if (tool !== undefined) needed.push(...needsOf(this.#tools, tool))
    for (const uri of resources) needed.push(...needsOf(this.#resources, uri))
    return needed
  }
}

const needsOf = (limited: readonly Limited[], name: string): readonly Needs[] =>
  limited.flatMap(({ fits, needs }) => (fits(name) ? [needs] : []))

const readOperations = (key: string, operations: OperationsConfig = {}): readonly Limited[] =>
  Object.entries(operations).map(([pattern, needs]) => ({
    // Some servers do not mind the case of names, and where more fits more is needed.
    fits: wildcard(pattern),
    needs: { rule: `${key}[${JSON.stringify(pattern)}]`, ...readNeeds(needs) }
  }))

const isList = (needs: NeedsConfig): needs is readonly string[] => Array.isArray(needs)

const readNeeds = (needs: NeedsConfig): Pick<Needs, 'scopes' | 'appRoles'> =>
  isList(needs) ? { scopes: needs, appRoles: undefined } : { scopes: needs.scopes, appRoles: needs.appRoles }

const operationOf = ({ method, target, params }: McpRequest): Operation => ({
  method,
  tool: method === 'tools/call' ? (target ?? NO_TEXT) : undefined,
  resources: resourcesOf(method, target, params)
})

const resourcesOf = (method: string, target: string | undefined, params: McpRequest['params']): readonly string[] => {
  // Revision 2026-07-28 does not have the method: a server of that one says so whatever stands in it.
  if (method === 'resources/subscribe' && !('uri' in params)) return []
  if (method === 'resources/read' || method === 'resources/subscribe') return [target ?? NO_TEXT]
  if (method === 'completion/complete') {
    const { type, name, uri } = (params['ref'] ?? {}) as Readonly<Record<string, unknown>>
    // Of two names a server could take the other one.
    if (name !== undefined && uri !== undefined) return [NO_TEXT]
    return type === 'ref/prompt' ? [] : [target ?? NO_TEXT]
  }
  if (method !== 'subscriptions/listen') return []
  const { resourceSubscriptions: uris } = (params['notifications'] ?? {}) as {
    readonly resourceSubscriptions?: unknown
  }
  if (uris === undefined) return []
  return Array.isArray(uris) ? uris.map(uri => (typeof uri === 'string' ? uri : NO_TEXT)) : [NO_TEXT]
}

/** The name of what is named by no text, or not where it should be: a server could still find a name. */
const NO_TEXT = '\u0000'
