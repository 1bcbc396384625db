import type { Endpoint, RefusalForm, Reply } from '@sluice/plugin-api'
import { FilterError, type Refused } from '../chain/run.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { rpcError } from '../exchange/reply-body.ts'
import { Answer } from './answer.ts'

type Report = (error: FilterError) => void

/**
 * An answer that the gateway makes itself; a refusal at an endpoint has the form that the endpoint gives it.
 *
 * @param report Is told where the endpoint fails at that: the refusal then has the core's form
 * @throws FilterError where HTTP cannot carry what the reply says
 */
export const answerInForm = (x: LiveExchange, refused: Refused, report: Report): Answer => {
  const { reply } = refused
  if (x.endpoint?.writeRefusal === undefined || reply.code === undefined || reply.body !== undefined)
    return new Answer(x, refused)
  try {
    return new Answer(x, { ...refused, reply: { ...reply, ...formOf(reply, reply.code, x.endpoint, x.id) } })
  } catch (error) {
    report(new FilterError(x.chain.owner!, 'writeRefusal', error))
    return new Answer(x, refused)
  }
}

const formOf = (reply: Reply, code: string, endpoint: Endpoint, requestId: string): RefusalForm => {
  const { message = code } = rpcError(reply, requestId)
  const { headers, body } = endpoint.writeRefusal!({ status: reply.status, code, message, requestId })
  // A plugin in plain JavaScript may return anything.
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) throw new TypeError('It gave no body: a string or a Buffer')
  const replaced = new Set(headers.map(([name]) => name.toLowerCase()))
  const kept = (reply.headers ?? []).filter(([name]) => !replaced.has(name.toLowerCase()))
  return { headers: [...kept, ...headers], body }
}
