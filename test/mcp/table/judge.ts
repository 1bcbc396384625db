import type { Filter, McpRequest, McpResult } from '@sluice/plugin-api'
import type { Json } from './messages.ts'

/** What a filter saw: each message in a line, and its `params` or result beside it. */
export interface Seen {
  readonly lines: string[]
  readonly values: unknown[]
  readonly versions: (string | undefined)[]
}

const LISTS = new Set(['tools', 'prompts', 'resources', 'resourceTemplates'])

/**
 * Reads every message and every result. Refuses what is called `forbidden` and results with a `leak` in them, renames
 * `rename`, marks `trace`, builds the parameters of `rebuild` and results with a `copy` in them anew, changes arguments of
 * `change`, takes `secret` out of lists, and lets all else be.
 */
export const judge = (seen: Seen, waits: boolean): Filter => ({
  mcp: { requests: ['*'], results: ['*'] },
  onMcpRequest(m) {
    seen.lines.push(`${m.kind}${m.method && ` ${m.method}`}${m.target === undefined ? '' : ` ${m.target}`}`)
    seen.values.push(m.params)
    seen.versions.push(m.protocolVersion)
    return waits ? Promise.resolve().then(() => judgeRequest(m)) : judgeRequest(m)
  },
  onMcpResult(m) {
    const { method, request, id, error, result } = m
    seen.lines.push(
      `${error === undefined ? 'result' : `error ${error.code}`} ${method || '?'} < ${request?.method ?? '?'} #${id}`
    )
    seen.values.push(result)
    return waits ? Promise.resolve().then(() => judgeResult(m)) : judgeResult(m)
  }
})

const judgeRequest = (m: McpRequest) => {
  if (m.target === 'forbidden')
    return { status: 200, code: 'TEST_FORBIDDEN', rpc: { code: -32602, message: 'Unknown tool' } }
  if (m.target === 'rename') m.setParams({ ...m.params, name: 'renamed ü' })
  if (m.target === 'rebuild') m.setParams(rebuilt(m.params) as Json)
  if (m.target === 'change') m.setParams({ ...m.params, arguments: changed(m.params['arguments'] as Json) })
  if (m.target === 'trace') m.setMeta('traceparent', '00-1')
  return undefined
}

/** The same value in objects and arrays of their own. */
const rebuilt = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rebuilt)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rebuilt(member)]))
}

/** `region` is another, and `dropped` is no more. */
const changed = ({ dropped: _dropped, ...others }: Json): Json => ({ ...others, region: 'über uns' })

const judgeResult = ({ result }: McpResult) => {
  if (JSON.stringify(result ?? null).includes('leak')) return { status: 200, code: 'TEST_LEAK', reason: 'no' }
  if (JSON.stringify(result ?? null).includes('copy')) return { result: rebuilt(result) }
  const lists = Object.entries(result ?? {}).filter(([key, list]) => LISTS.has(key) && Array.isArray(list))
  const hidden = lists.map(([key, list]) => [key, (list as Json[]).filter(({ name }) => name !== 'secret')] as const)
  const same = hidden.every(([key, list]) => list.length === ((result as Json)[key] as unknown[]).length)
  return same ? undefined : { result: { ...(result as Json), ...Object.fromEntries(hidden) } }
}
