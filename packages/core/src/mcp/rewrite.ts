import type { HeaderEdit } from '@sluice/plugin-api'
import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { encoded } from './mirrored-headers.ts'
import { isObject } from './target.ts'

type Json = Record<string, unknown>

/**
 * The body to forward: as it came, unless filters changed one of its messages. Then it is written again, everything else
 * in it says what it said, and `Mcp-Name` follows.
 */
export const applyChanges = (body: Buffer | null, messages: Messages | undefined, head: HeaderEdit): Buffer | null => {
  if (body === null || messages === undefined || !messages.all.some(({ changed }) => changed)) return body
  const { target } = messages.all[0]!
  if (target !== undefined && head.get('mcp-name') !== undefined) head.set('mcp-name', encoded(target))
  return rewrite(body, messages)
}

const rewrite = (body: Buffer, { batch, all }: Messages): Buffer => {
  const raw = parseKeepingNumbers(body)
  const changed = (batch ? (raw as Json[]) : [raw as Json]).map((message, i) => rewriteMessage(message, all[i]!))
  return Buffer.from(JSON.stringify(batch ? changed : changed[0]))
}

const rewriteMessage = (raw: Json, { newParams, newMeta }: Message): Json => {
  const params = newParams ?? raw['params']
  if (newMeta === undefined) return newParams === undefined ? raw : { ...raw, params }
  const own = isObject(params) ? params : {}
  return { ...raw, params: { ...own, _meta: { ...(isObject(own['_meta']) ? own['_meta'] : undefined), ...newMeta } } }
}

/** Numbers that JavaScript cannot hold stay as they are written. */
const parseKeepingNumbers = (body: Buffer): unknown =>
  JSON.parse(body.toString(), (_name, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value
  })

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(this: void, text: string): unknown }
