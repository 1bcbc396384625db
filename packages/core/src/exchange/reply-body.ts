import type { JsonRpcId, Reply } from '@sluice/plugin-api'
import type { Messages } from '../mcp/messages.ts'

/** JSON-RPC 2.0 leaves -32000 to -32099 to the implementation. */
const SERVER_ERROR = -32000

/**
 * The body of a refusal or fault: shaped as a JSON-RPC error for a POST, whose sender reads nothing else, and as plain
 * JSON for other methods. An answer (a reply without code) keeps the body it brought.
 */
export const replyBody = (reply: Reply, method: string, requestId: string, messages?: Messages): Buffer => {
  if (reply.body !== undefined) return Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(reply.body)
  if (reply.code === undefined) return Buffer.alloc(0)
  const message = reply.rpc?.message ?? reply.reason ?? reply.code
  if (method !== 'POST') return Buffer.from(JSON.stringify({ error: { code: reply.code, message, requestId } }))
  const data = { ...reply.rpc?.data, code: reply.code, requestId }
  const error = { code: reply.rpc?.code ?? SERVER_ERROR, message, data }
  const answers = idsOf(messages).map(id => ({ jsonrpc: '2.0', id, error }))
  return Buffer.from(JSON.stringify(messages?.batch === true ? answers : answers[0]))
}

/** Every request of a batch wants an answer of its own, and one refused member refuses them all. */
const idsOf = (messages: Messages | undefined): readonly JsonRpcId[] => {
  const ids = (messages?.all ?? []).flatMap(({ kind, id }) => (kind === 'request' ? [id] : []))
  return ids.length === 0 ? [null] : ids
}
