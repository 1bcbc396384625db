import type { Exchange } from './exchange.ts'

/** What one filter learns about an exchange and another one needs, by name. */
export interface Fact<T> {
  get(x: Exchange): T | undefined
  set(x: Exchange, value: T): void
}
