import type { McpResult } from '@sluice/plugin-api'
import { isPromise, type Refused, runOnMcpResult } from '../chain/run.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { rpcError } from '../exchange/reply-body.ts'
import { carriedBy } from './carried-result.ts'
import { parseJson } from './json.ts'
import { methodByShape } from './result-shape.ts'
import { isObject } from './target.ts'
import { writeAgain } from './written-numbers.ts'

type Json = Record<string, unknown>
type Maybe<T> = T | Promise<T>

/** Is told of a result that a filter refused. */
export type OnRefused = (refused: Refused) => void

/**
 * Takes one JSON text of the upstream's, a message or a batch, through the `onMcpResult` hooks, and gives what to send in
 * its place; `undefined` if it goes on as it is.
 *
 * @throws JsonFault, also as a rejection, for what cannot be read or written again, and FilterError
 */
export const readResults = (text: string, x: LiveExchange, refused: OnRefused): Maybe<string | undefined> => {
  const value = parseJson(text)
  if (!Array.isArray(value))
    return mapMaybe(readMessage(value, x, refused), after =>
      after === value ? undefined : writeAgain(after, text, value)
    )
  return mapMaybe(readBatch(value, x, refused), after =>
    after.some((item, i) => item !== value[i]) ? writeAgain(after, text, value) : undefined
  )
}

/** One after the other: what fails must not leave others on their way, whose failures nobody would hear of. */
const readBatch = (
  batch: readonly unknown[],
  x: LiveExchange,
  refused: OnRefused,
  done: unknown[] = []
): Maybe<unknown[]> => {
  while (done.length < batch.length) {
    const read = readMessage(batch[done.length], x, refused)
    if (isPromise(read)) {
      return read.then(after => {
        done.push(after)
        return readBatch(batch, x, refused, done)
      })
    }
    done.push(read)
  }
  return done
}

/** The message itself if nothing of it changed. What it carries is read before it. */
const readMessage = (message: unknown, x: LiveExchange, refused: OnRefused): Maybe<unknown> => {
  const carried = carriedBy(message)
  if (carried === undefined) return readAnswer(message, x, refused)
  const { method, result, id } = carried
  return mapMaybe(
    runOnMcpResult({ request: null, id, method, result, error: undefined }, [method], x),
    (outcome): Maybe<unknown> => {
      if (outcome === undefined) return readAnswer(message, x, refused)
      if ('reply' in outcome) {
        x.calls?.refused(id)
        refused(outcome)
        return carried.without(rpcError(outcome.reply, x.id))
      }
      return readAnswer(carried.with(outcome.result), x, refused)
    }
  )
}

const readAnswer = (message: unknown, x: LiveExchange, refused: OnRefused): Maybe<unknown> => {
  if (!isAnswer(message)) return message
  const result = resultOf(message, x)
  // Not by shape alone: what a tool gives back can look like a list.
  if (result.request !== null) x.chain.metrics.operations.answered(result.request.method, result.result)
  return mapMaybe(runOnMcpResult(result, methodsOf(result, x), x), outcome => {
    if (outcome !== undefined && 'reply' in outcome) {
      x.calls?.refused(result.id)
      refused(outcome)
      return { jsonrpc: '2.0', id: message['id'] ?? null, error: rpcError(outcome.reply, x.id) }
    }
    if (outcome === undefined) {
      x.calls?.answered(result.id, result.result, result.error)
      return message
    }
    x.calls?.answered(result.id, outcome.result, undefined)
    const { error: _error, ...others } = message
    return { ...others, result: outcome.result }
  })
}

const isAnswer = (message: unknown): message is Json => isObject(message) && ('result' in message || 'error' in message)

const resultOf = (message: Json, x: LiveExchange): McpResult => {
  const { id = null, result, error } = message
  const key = typeof id === 'string' || typeof id === 'number' ? id : null
  const call = x.calls?.get(key)
  const shape = methodByShape(result)
  const request = call === undefined || (shape !== undefined && shape !== call.method) ? null : call
  return {
    request: request === null ? null : { method: request.method, target: request.target },
    id: key,
    method: request?.method ?? shape ?? '',
    result,
    error: isObject(error) ? { code: Number(error['code']), message: String(error['message']) } : undefined
  }
}

/** The methods whose filters see a result: where its shape is not that of its request, those of both; of neither, all. */
const methodsOf = ({ id, method }: McpResult, x: LiveExchange): readonly string[] => {
  const asked = x.calls?.get(id)?.method
  if (method === '') return NO_METHODS
  return asked === undefined || asked === method ? [method] : [method, asked]
}

const NO_METHODS: readonly string[] = []

const mapMaybe = <T, U>(value: Maybe<T>, map: (value: T) => U): Maybe<U> =>
  isPromise(value) ? value.then(map) : map(value)
