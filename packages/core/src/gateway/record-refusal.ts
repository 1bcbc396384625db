import type { Logger } from '@sluice/plugin-api'
import type { Refused } from '../chain/run.ts'
import type { LiveExchange } from '../exchange/exchange.ts'

/** Where the core itself decides, a Decision names it so. */
export const CORE = 'core'

/** Makes a reply that refuses the decision on the exchange, and writes it to the log. One without a code refuses nothing. */
export const recordRefusal = (x: LiveExchange, { entry, reply, call }: Refused, log: Logger): void => {
  const { code, status, reason = code, rule } = reply
  if (code === undefined || reason === undefined) return
  const outcome = status >= 500 ? 'error' : 'deny'
  const decided = { filter: entry, code, reason, ...(rule === undefined ? undefined : { rule }) }
  x.decide({ ...decided, outcome, ...(call === undefined ? undefined : { call }) })
  const line = { request: x.id, route: x.route.name, client: x.clientIp, status, ...decided }
  // 501 is about what the client asks for, as 4xx are, and not about what went wrong here.
  if (status < 500 || status === 501) log.info(line, 'refused')
  // A fault that the core found itself, or that was a throw, is in the log already, with its cause.
  else if (entry !== CORE && code !== 'SLUICE_FILTER_FAILED') log.warn(line, 'not served')
}
