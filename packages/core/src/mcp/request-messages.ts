import type { Reply } from '@sluice/plugin-api'
import { refusal } from '../codes.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { announcedLength, collectBody, type ReadBody } from '../upstream/request-body.ts'
import { JsonFault, parseJson, textOf } from './json.ts'
import { MessageFault, readMessages } from './messages.ts'
import { headerMismatch, mirroredHeaders } from './mirrored-headers.ts'

/** JSON-RPC 2.0 section 5.1, and HeaderMismatch of MCP 2026-07-28. */
const RPC = { parse: -32700, invalid: -32600, headerMismatch: -32020 }

/** Takes the whole body once its messages are on the exchange, or the reply to what cannot be read. */
export type WithMessages = (body: ReadBody | null, reply: Reply | undefined) => void

/**
 * Reads the body of a request whose messages somebody wants to see, of any method: what an upstream makes of a body in a
 * GET nobody knows. Not called if the client leaves before.
 */
export const withMessages = (x: LiveExchange, maxBytes: number, next: WithMessages): void => {
  const length = announcedLength(x.req)
  if (length === 0 && x.method !== 'POST') return next(null, undefined)
  const unreadable = refuseForm(x) ?? (typeof length === 'number' && length > maxBytes ? tooLarge(maxBytes) : undefined)
  if (unreadable !== undefined) return next(null, unreadable)
  if (length === 0) return next(null, invalidJson('there is none'))
  collectBody(x, maxBytes, bytes => {
    const read = bytes === undefined ? tooLarge(maxBytes) : readBody(x, bytes)
    if ('status' in read) next(null, read)
    else next(read, undefined)
  })
}

const readBody = (x: LiveExchange, bytes: Buffer): ReadBody | Reply => {
  try {
    const text = textOf(bytes)
    const headers = mirroredHeaders(x.rawHeaders)
    x.messages = readMessages(parseJson(text, bytes), headers.version)
    x.readAt = performance.now()
    const mismatch = headerMismatch(headers, x.messages)
    return mismatch === undefined ? { bytes, text } : headersDisagree(mismatch)
  } catch (error) {
    if (error instanceof JsonFault && error.kind === 'syntax') return invalidJson(error.message)
    if (error instanceof JsonFault || error instanceof MessageFault) return invalidMessage(error.message)
    throw error
  }
}

/** What a reader other than this one could make other characters of. */
const refuseForm = ({ headers }: LiveExchange): Reply | undefined => {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return refusal('SLUICE_REQUEST_MEDIA_TYPE', 'The body has a content coding; send it as it is')
  const type = headers['content-type'] ?? ''
  return type === 'application/json' || JSON_TYPE.test(type)
    ? undefined
    : refusal('SLUICE_REQUEST_MEDIA_TYPE', 'This route takes application/json in UTF-8')
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

const tooLarge = (maxBytes: number): Reply =>
  refusal('SLUICE_REQUEST_BODY_TOO_LARGE', `This route takes ${maxBytes} bytes (limits.mcpBodyBytes)`)

const invalidJson = (why: string): Reply =>
  rpcRefusal('SLUICE_MCP_JSON_INVALID', RPC.parse, `The body cannot be read: ${why}`)

/** The refusal of a body that is no message, or could be read as two. */
export const invalidMessage = (why: string): Reply =>
  rpcRefusal('SLUICE_MCP_MESSAGE_INVALID', RPC.invalid, `The body is no MCP message: ${why}`)

const headersDisagree = (why: string): Reply =>
  rpcRefusal('SLUICE_MCP_HEADER_MISMATCH', RPC.headerMismatch, `Header mismatch: ${why}`)

const rpcRefusal = (code: Parameters<typeof refusal>[0], rpcCode: number, message: string): Reply => ({
  ...refusal(code, message),
  rpc: { code: rpcCode, message }
})
