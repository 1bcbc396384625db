import type { JsonRpcId } from '@sluice/plugin-api'
import { knownNames, lookAlike, looksLike } from './look-alikes.ts'
import { Message } from './message.ts'
import { isObject } from './target.ts'

/** Why a body holds no messages (JSON-RPC 2.0 section 4). */
export class MessageFault extends Error {
  override name = 'MessageFault'
}

/** All messages of one body. */
export interface Messages {
  readonly batch: boolean
  readonly all: readonly Message[]
}

/** Messages of one batch, of which each costs filters what a request does. */
const MOST = 100

const MEMBERS = knownNames('jsonrpc', 'id', 'method', 'params', 'result', 'error')
const PARAMS = knownNames(
  '_meta',
  'argument',
  'arguments',
  'capabilities',
  'clientInfo',
  'context',
  'cursor',
  'inputResponses',
  'level',
  'name',
  'notifications',
  'progressToken',
  'protocolVersion',
  'reason',
  'ref',
  'requestId',
  'requestState',
  'task',
  'taskId',
  'uri'
)
/** What MCP asks of servers, in any revision. */
const METHODS = knownNames(
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list'
)
const NO_NAMES = knownNames()
const REFERENCE = knownNames('type', 'name', 'uri')

/**
 * Reads a parsed body: one message, or a batch as revisions until 2025-03-26 have it.
 *
 * @throws MessageFault for what is no JSON-RPC message of MCP, or could be read as another one
 */
export const readMessages = (body: unknown, headerVersion: string | undefined): Messages => {
  if (!Array.isArray(body)) return { batch: false, all: [readMessage(body, headerVersion)] }
  if (body.length === 0) throw new MessageFault('the batch is empty')
  if (body.length > MOST) throw new MessageFault(`the batch has more than ${MOST} messages`)
  const all = body.map(item => readMessage(item, headerVersion))
  refuseRepeatedIds(all)
  for (const message of all) message.batch = all
  return { batch: true, all }
}

const readMessage = (raw: unknown, headerVersion: string | undefined): Message => {
  if (!isObject(raw)) throw new MessageFault('a message is an object')
  refuseLookAlike(raw, MEMBERS)
  if (raw['jsonrpc'] !== '2.0') throw new MessageFault('jsonrpc is not "2.0"')
  const kind = kindOf(raw)
  const { params } = raw
  if (params !== undefined) {
    if (!isObject(params)) throw new MessageFault('params is no object')
    refuseLookAlike(params, PARAMS)
    if (isObject(params['ref'])) refuseLookAlike(params['ref'], REFERENCE)
    for (const member of ['arguments', 'notifications'])
      if (isObject(params[member])) refuseLookAlike(params[member], NO_NAMES)
  }
  return new Message(kind, raw, headerVersion)
}

const kindOf = (raw: Readonly<Record<string, unknown>>): Message['kind'] => {
  const { method, id } = raw
  const answers = Number('result' in raw) + Number('error' in raw)
  if (method !== undefined) {
    if (typeof method !== 'string' || method === '') throw new MessageFault('method is no text')
    if (looksLike(method, METHODS)) throw new MessageFault('method is spelled almost like another one')
    if (answers > 0) throw new MessageFault('it has a method and is an answer, too')
    if (!('id' in raw)) return 'notification'
    if (!isId(id)) throw new MessageFault('id is neither text nor an integer')
    return 'request'
  }
  if (answers !== 1) throw new MessageFault('it is neither a request nor an answer')
  // An answer to what could not be read has no id to name (JSON-RPC 2.0 section 5).
  if (!isId(id) && !(id === null && 'error' in raw)) throw new MessageFault('id is neither text nor an integer')
  return 'response'
}

/** MCP's ids are text or integers, never null; a larger number would come back as another one. */
const isId = (id: unknown): id is JsonRpcId => typeof id === 'string' || Number.isSafeInteger(id)

const refuseLookAlike = (object: Readonly<Record<string, unknown>>, known: Parameters<typeof lookAlike>[1]): void => {
  // Who copies it with an assignment gets members that nobody has judged.
  if (Object.hasOwn(object, '__proto__')) throw new MessageFault('a member is named __proto__')
  if (lookAlike(object, known) !== undefined) throw new MessageFault('a member is named almost like one that decides')
}

/** Of two requests with one id nobody could tell whose an answer is. */
const refuseRepeatedIds = (all: readonly Message[]): void => {
  const ids = all.flatMap(({ kind, id }) => (kind === 'request' ? [id] : []))
  if (new Set(ids).size !== ids.length) throw new MessageFault('two requests of the batch have one id')
}
