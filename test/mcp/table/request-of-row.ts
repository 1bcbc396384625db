import type { Json } from './messages.ts'
import type { Revision, Row } from './row.ts'

/** A request as a client of some revision sends it. */
export interface SentRequest {
  readonly verb: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** The request of a row. */
export const requestOf = (
  revision: Revision,
  { verb = 'POST', sends, fields = [], without = [] }: Row
): SentRequest => {
  const own = new Set([...without, ...fields.map(([name]) => name.toLowerCase())])
  const body = bodyOf(sends)
  const standing: [string, string][] = [
    ['accept', 'application/json, text/event-stream'],
    ...(body.length === 0 ? [] : [['content-type', 'application/json'] as [string, string]]),
    ...revisionFields(revision, sends)
  ]
  return { verb, fields: [...standing.filter(([name]) => !own.has(name)), ...fields], body }
}

const bodyOf = (sends: unknown): Buffer => {
  if (sends === undefined) return Buffer.alloc(0)
  if (Buffer.isBuffer(sends)) return sends
  return Buffer.from(typeof sends === 'string' ? sends : JSON.stringify(sends))
}

const revisionFields = (revision: Revision, sends: unknown): [string, string][] => {
  if (revision === '2025-03-26') return []
  const version: [string, string] = ['mcp-protocol-version', revision]
  if (revision !== '2026-07-28') return [version, ['mcp-session-id', 'a-session']]
  const { method, params } = (sends ?? {}) as { method?: string; params?: Json }
  const name = params?.['name'] ?? params?.['uri'] ?? params?.['taskId']
  return [
    version,
    ...(method === undefined ? [] : [['mcp-method', method] as [string, string]]),
    ...(typeof name === 'string' ? [['mcp-name', name] as [string, string]] : [])
  ]
}
