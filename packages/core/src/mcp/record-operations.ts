import type { Finish, McpCall } from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'
import {
  ENDED,
  httpFailure,
  NONE,
  type OperationFailure,
  REFUSED,
  rpcFailure,
  TOOL_ERROR,
  UNANSWERED
} from '../metrics/operation-failure.ts'

/** Records the requests and notifications of an exchange that is over, if its messages were read. */
export const recordOperations = (x: LiveExchange, ended: Finish['ended'], now: number): void => {
  const { messages, calls, readAt } = x
  if (messages === undefined) return
  const { operations } = x.chain.metrics
  const asWhole = failureOfExchange(x, ended)
  for (const message of messages.all) {
    if (message.kind === 'response') continue
    const call = message.kind === 'request' ? calls?.get(message.id) : undefined
    const failure = call === undefined ? (asWhole ?? NONE) : failureOfCall(call, asWhole)
    operations.ended(message, failure, (calls?.answeredAt(message.id) ?? now) - readAt)
  }
}

const failureOfCall = ({ outcome, rpcCode }: McpCall, asWhole: OperationFailure | undefined): OperationFailure => {
  if (outcome === 'ok') return NONE
  if (outcome === 'tool-error') return TOOL_ERROR
  if (outcome === 'rpc-error') return rpcFailure(rpcCode)
  if (outcome === 'refused') return REFUSED
  return asWhole ?? UNANSWERED
}

/** What became of all of it; `undefined` if the upstream answered, and only its answer says how it went. */
const failureOfExchange = (
  { ownReply, status }: LiveExchange,
  ended: Finish['ended']
): OperationFailure | undefined => {
  if (ended !== 'complete') return ENDED[ended]
  if (ownReply?.code !== undefined && ownReply.status < 500) return REFUSED
  if (status >= 400) return httpFailure(status)
  return ownReply === undefined ? undefined : NONE
}
