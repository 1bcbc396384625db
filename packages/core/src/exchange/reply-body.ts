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
  const error = rpcError(reply, requestId)
  if (method !== 'POST')
    return Buffer.from(JSON.stringify({ error: { code: reply.code, message: error.message, requestId } }))
  const answers = idsOf(messages).map(id => ({ jsonrpc: '2.0', id, error }))
  return Buffer.from(JSON.stringify(messages?.batch === true ? answers : answers[0]))
}

/** The same as events of a stream that has begun, one for each request whose id is known; nothing if none is. */
export const errorEvents = (reply: Reply, requestId: string, messages: Messages | undefined): Buffer | undefined => {
  if (messages === undefined) return undefined
  const error = rpcError(reply, requestId)
  const events = idsOf(messages).map(id => `data: ${JSON.stringify({ jsonrpc: '2.0', id, error })}\n\n`)
  return Buffer.from(events.join(''))
}

interface RpcError {
  readonly code: number
  readonly message: string | undefined
  readonly data: object
}

/** The JSON-RPC error that a reply says (JSON-RPC 2.0 section 5.1). */
export const rpcError = ({ rpc, reason, code }: Reply, requestId: string): RpcError => ({
  code: rpc?.code ?? SERVER_ERROR,
  message: rpc?.message ?? reason ?? code,
  data: { ...rpc?.data, code, requestId }
})

/** Every request of a batch wants an answer of its own, and one refused member refuses them all. */
const idsOf = (messages: Messages | undefined): readonly JsonRpcId[] => {
  const ids = (messages?.all ?? []).flatMap(({ kind, id }) => (kind === 'request' ? [id] : []))
  return ids.length === 0 ? [null] : ids
}
