import type { Exchange, Fact } from '@sluice/plugin-api'
import type { LiveExchange } from './exchange.ts'

/** What one filter keeps on each exchange, in a place that is its own within the chain. */
export const ownCell = <T>(place: number): Fact<T> => ({
  get: (x: Exchange) => (x as LiveExchange).own?.[place] as T | undefined,
  set: (x: Exchange, value: T) => {
    ;((x as LiveExchange).own ??= [])[place] = value
  }
})
