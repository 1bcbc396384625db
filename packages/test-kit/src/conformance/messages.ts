import type { McpRequest, McpResult } from '@sluice/plugin-api'
import { fakeMcpRequest, type FakeMcpRequestOptions, fakeMcpResult } from '../mcp-messages.ts'

/** What a pattern of a filter's `mcp` may look like: a method, the methods below a prefix, or all. */
const PATTERN = /^(?:\*|[A-Za-z_$][\w$/.-]*(?:\/\*)?)$/

/** Messages that clients send, and some that they may. */
const messages: readonly FakeMcpRequestOptions[] = [
  { method: 'tools/call', params: { name: 'echo', arguments: { text: 'x' }, _meta: { progressToken: 1 } }, id: 'a' },
  { method: 'tools/list', params: {} },
  { method: 'notifications/initialized', kind: 'notification', params: {}, id: null },
  { method: 'tools/call', params: {}, target: undefined },
  { method: 'resources/read', params: { uri: 'file:///a%20b' }, protocolVersion: '2026-07-28' },
  { method: 'contoso/unheard-of', params: { list: [1, null] } },
  { method: '', kind: 'response', params: {} }
]

/** Results that upstreams give; the last is one whose request was not seen on this exchange. */
const results: readonly Partial<McpResult>[] = [
  { method: 'tools/call', id: 'a' },
  { method: 'tools/list', result: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }, {}], nextCursor: 'n' } },
  { method: 'tools/call', result: { isError: true } },
  { method: 'tools/call', result: undefined, error: { code: -32602, message: 'Unknown tool' } },
  { method: 'resources/read', result: { contents: [] } },
  { method: 'contoso/unheard-of', result: {} },
  { method: 'tools/list', request: null, result: { tools: [] } }
]

/** The message that the n-th request carries. */
export const messageOf = (n: number): McpRequest => fakeMcpRequest(messages[n % messages.length])

/** The result that answers the n-th request. */
export const resultOf = (n: number): McpResult => fakeMcpResult(results[n % results.length])

/** Whether a filter asks for messages of a method. */
export const wants = (patterns: readonly string[] = [], method: string): boolean =>
  patterns.some(
    pattern =>
      pattern === '*' || pattern === method || (pattern.endsWith('/*') && method.startsWith(pattern.slice(0, -1)))
  )

/** What is wrong with the methods that a filter asks for, in words. */
export const methodFaults = ({
  mcp = {},
  onMcpRequest,
  onMcpResult
}: Readonly<Record<string, unknown>>): readonly string[] => {
  const { requests = [], results = [], ifRead } = (mcp ?? {}) as Readonly<Record<string, unknown>>
  return [
    ...(ifRead === undefined || ifRead === true ? [] : ['mcp.ifRead can only be true']),
    ...patternFaults('requests', requests, onMcpRequest !== undefined && 'onMcpRequest'),
    ...patternFaults('results', results, onMcpResult !== undefined && 'onMcpResult')
  ]
}

const patternFaults = (key: string, patterns: unknown, hook: string | false): readonly string[] => {
  if (!Array.isArray(patterns)) return [`mcp.${key} is no list`]
  if (hook !== false && patterns.length === 0) return [`${hook} has no methods: name them in mcp.${key}`]
  if (hook === false && patterns.length > 0) return [`mcp.${key} names methods, and no hook takes them`]
  const bad = patterns.filter((pattern: unknown) => typeof pattern !== 'string' || !PATTERN.test(pattern))
  return bad.map(pattern => `mcp.${key} names ${JSON.stringify(pattern)}: write tools/call, tools/* or *`)
}
