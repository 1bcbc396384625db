import { atEndOfTurn } from '../http/end-of-turn.ts'
import type { LiveExchange } from './exchange.ts'

/** Ends an answer with the last of its bytes, or all of them as latin1, at the end of this turn. */
export const endSoon = (x: LiveExchange, last: string | Buffer): void => {
  x.unsent = last
  atEndOfTurn(() => endNow(x))
}

/** Does so at once: before something is done to the connection that could forestall it. */
export const endNow = (x: LiveExchange): void => {
  const { res, unsent } = x
  x.unsent = undefined
  if (typeof unsent === 'string') res.end(unsent, 'latin1')
  else if (unsent !== undefined) res.end(unsent)
}
