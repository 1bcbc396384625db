import type { HeaderEdit, Reply } from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'
import type { ReadBody } from '../upstream/request-body.ts'
import { followChanges } from './following-fields.ts'
import { JsonFault } from './json.ts'
import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { invalidMessage } from './request-messages.ts'
import { isObject } from './target.ts'
import { writeAgain } from './written-numbers.ts'

type Json = Record<string, unknown>

/** The body to forward, or the reply to one that cannot be written again. */
export interface Changed {
  readonly body: ReadBody | null
  readonly reply?: Reply
}

/**
 * The body to forward: as it came, unless filters changed one of its messages. Then it is written again, everything else
 * in it says what it said, and the fields that repeat it follow.
 */
export const applyChanges = (
  body: ReadBody | null,
  { messages, rawHeaders }: LiveExchange,
  head: HeaderEdit
): Changed => {
  if (body === null || messages === undefined || !messages.all.some(({ changed }) => changed)) return { body }
  // A batch has none of these fields.
  if (!messages.batch) followChanges(messages.all[0]!, rawHeaders, head)
  try {
    const text = writeMessages(messages, body.text)
    return { body: { bytes: Buffer.from(text), text } }
  } catch (error) {
    if (error instanceof JsonFault) return { body: null, reply: invalidMessage(error.message) }
    throw error
  }
}

const writeMessages = ({ batch, all }: Messages, text: string): string => {
  const before = all.map(({ raw }) => raw)
  const after = all.map(rewriteMessage)
  return batch ? writeAgain(after, text, before) : writeAgain(after[0], text, before[0])
}

const rewriteMessage = ({ raw, newParams, newMeta }: Message): Readonly<Json> => {
  const params = newParams ?? raw['params']
  if (newMeta === undefined) return newParams === undefined ? raw : { ...raw, params }
  const own = isObject(params) ? params : {}
  return { ...raw, params: { ...own, _meta: { ...(isObject(own['_meta']) ? own['_meta'] : undefined), ...newMeta } } }
}
