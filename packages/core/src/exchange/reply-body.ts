import type { Reply } from '@sluice/plugin-api'

/** JSON-RPC 2.0 leaves -32000 to -32099 to the implementation. */
const SERVER_ERROR = -32000

/**
 * The body of a refusal or fault: shaped as a JSON-RPC error for a POST, whose sender reads nothing else, and as plain
 * JSON for other methods. An answer (a reply without code) keeps the body it brought.
 */
export const replyBody = (reply: Reply, method: string, requestId: string): Buffer => {
  if (reply.body !== undefined) return Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(reply.body)
  if (reply.code === undefined) return Buffer.alloc(0)
  const message = reply.rpc?.message ?? reply.reason ?? reply.code
  if (method !== 'POST') return Buffer.from(JSON.stringify({ error: { code: reply.code, message, requestId } }))
  const data = { ...reply.rpc?.data, code: reply.code, requestId }
  const error = { code: reply.rpc?.code ?? SERVER_ERROR, message, data }
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
}
