import type { JsonRpcId, McpCall, TraceContext } from '@sluice/plugin-api'
import type { SpanAttributes } from './span-record.ts'

/** One MCP request or notification that spans are recorded of. */
export interface Operation {
  readonly method: string
  /** Tool, prompt or URI that it names. */
  readonly target: string | undefined
  /** `undefined` for a notification. */
  readonly id: JsonRpcId | undefined
  readonly protocolVersion: string | undefined
  /** The span of the MCP server's side, as the caller sees it. */
  readonly server: TraceContext
  /** The caller's span in `_meta`, or the HTTP request's. */
  readonly parent: TraceContext
  readonly parentIsRemote: boolean
  /** The HTTP request's span where the parent is another, and the caller's where its trace is not continued. */
  readonly links: readonly TraceContext[]
  /** The span of the call to the upstream. */
  readonly client: TraceContext
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number
  /** When its own result came, where results are read. */
  endedAt?: number
}

/** `{mcp.method.name} {target}`, where the target is a tool or a prompt: others are too many. */
export const operationName = ({ method, target }: Operation): string => {
  const name = nameOf(method, target)
  return name === undefined ? readable(method) : `${readable(method)} ${name}`
}

/** Attributes by the conventions for MCP, neither arguments nor results nor the session among them. */
export const operationAttributes = (
  { method, target, id, protocolVersion }: Operation,
  call: McpCall | undefined
): SpanAttributes => ({
  'mcp.method.name': readable(method),
  'mcp.protocol.version': protocolVersion === undefined ? undefined : readable(protocolVersion),
  'gen_ai.operation.name': method === 'tools/call' ? 'execute_tool' : undefined,
  'gen_ai.tool.name': method === 'tools/call' ? nameOf(method, target) : undefined,
  'gen_ai.prompt.name': method === 'prompts/get' ? nameOf(method, target) : undefined,
  'mcp.resource.uri': method.startsWith('resources/') && target !== undefined ? plainUri(target) : undefined,
  'jsonrpc.request.id': id === undefined || id === null ? undefined : readable(String(id)),
  'rpc.response.status_code': call?.rpcCode === undefined ? undefined : String(call.rpcCode),
  'network.transport': 'tcp',
  'network.protocol.name': 'http'
})

/** Codes for a caller in the wrong, which are no errors of a server. */
const OF_CALLER = new Set([-32700, -32600, -32601, -32602, -32002])

/** `error.type` of a call on one side; `asWhole` says how the exchange failed, if nothing is known of the call itself. */
export const operationError = (
  call: McpCall | undefined,
  side: 'server' | 'client',
  asWhole: string | undefined
): string | undefined => {
  if (call === undefined || call.outcome === 'unanswered') return asWhole
  const { outcome, rpcCode = 0 } = call
  if (outcome === 'tool-error') return 'tool_error'
  if (outcome === 'refused') return side === 'server' ? 'refused' : undefined
  return outcome === 'rpc-error' && (side === 'client' || !OF_CALLER.has(rpcCode)) ? String(rpcCode) : undefined
}

const nameOf = (method: string, target: string | undefined): string | undefined =>
  target !== undefined && (method === 'tools/call' || method === 'prompts/get') ? readable(target) : undefined

/** What a client made up may be as long as a body, and hold what no terminal should be shown. */
export const readable = (text: string): string => text.slice(0, 128).replaceAll(/[^\x20-\x7e]/g, '?')

/** Without what may be a secret or an argument: user information, query and fragment. */
const plainUri = (uri: string): string =>
  readable(
    uri
      .slice(0, 2048)
      .replace(/[?#].*$/s, '')
      .replace(/^([^/]*:\/\/)[^/]*@/, '$1')
  )
