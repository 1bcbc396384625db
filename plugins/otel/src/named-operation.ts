import type { EndedExchange } from './ended-exchange.ts'
import type { Operation } from './operation.ts'

/**
 * The operation that the header names, as revision 2026-07-28 of MCP wants it (`Mcp-Method`, `Mcp-Name`), where messages are
 * not read. What the field says is the client's word, good for a name in a trace and for nothing else.
 */
export const namedOperation = ({ x, trace, newSpanId }: EndedExchange): Operation | undefined => {
  const { client, context } = trace
  const method = fieldOf(x.rawHeaders, 'mcp-method')
  if (client === undefined || method === undefined || x.method !== 'POST') return undefined
  const name = fieldOf(x.rawHeaders, 'mcp-name')
  return {
    method,
    target: name?.startsWith(ENCODED) === true ? undefined : name,
    id: undefined,
    protocolVersion: fieldOf(x.rawHeaders, 'mcp-protocol-version'),
    server: { ...context, spanId: newSpanId() },
    parent: context,
    parentIsRemote: false,
    links: [],
    client,
    startedAt: trace.startedAt
  }
}

/** What cannot stand in a header field as it is. */
const ENCODED = '=?base64?'

const fieldOf = (rawHeaders: readonly string[], lower: string): string | undefined => {
  const at = rawHeaders.findIndex(
    (name, i) => i % 2 === 0 && name.length === lower.length && name.toLowerCase() === lower
  )
  return at === -1 ? undefined : rawHeaders[at + 1]
}
