import type { Rate, Verdict } from './gcra.ts'

/** Where the calls of each caller are counted. */
export interface Store {
  /** Counts a call. @throws StoreAway, also as a rejection, where it cannot be counted */
  take(key: string, cost: number, rate: Rate): Verdict | Promise<Verdict>
  close(): void
}

/** The store cannot be reached. */
export class StoreAway extends Error {
  override name = 'StoreAway'
}
