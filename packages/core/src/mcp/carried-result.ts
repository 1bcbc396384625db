import type { JsonRpcId } from '@sluice/plugin-api'
import { methodByShape } from './result-shape.ts'
import { isObject } from './target.ts'

type Json = Record<string, unknown>

/** The result of a call inside another message. */
export interface CarriedResult {
  /** What it looks like. */
  readonly method: string
  readonly result: unknown
  /** Of the message that carries it. */
  readonly id: JsonRpcId
  /** The message with another one in its place. */
  with(result: unknown): Json
  /** The message where it is refused: an error, or a notification that says nothing of it. */
  without(error: object): Json
}

/**
 * The result that a message carries, if there is one of a known shape: the tasks extension of 2026-07-28 hands the result
 * of a call over in the answer to `tasks/get` and in `notifications/tasks`.
 */
export const carriedBy = (message: unknown): CarriedResult | undefined => {
  if (!isObject(message)) return undefined
  const carrier = isObject(message['result']) ? 'result' : 'params'
  const holder = message[carrier]
  if (!isObject(holder)) return undefined
  const method = methodByShape(holder['result'])
  if (method === undefined) return undefined
  const { id } = message
  return {
    method,
    result: holder['result'],
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    with: result => ({ ...message, [carrier]: { ...holder, result } }),
    without(error) {
      if (carrier === 'result') return { jsonrpc: '2.0', id: id ?? null, error }
      const { result: _result, ...others } = holder
      return { ...message, params: others }
    }
  }
}
