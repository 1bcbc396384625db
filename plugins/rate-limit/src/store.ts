import type { Rate, Verdict } from './gcra.ts'

/** What a request costs one caller. */
export interface Charge {
  readonly key: string
  readonly cost: number
}

/** Where the calls of each caller are counted. */
export interface Store {
  /**
   * Counts all of the charges, of which there is at least one and none for the same key twice, or none of them. Gives the
   * verdict on the one that has to wait longest.
   *
   * @throws StoreAway, also as a rejection, where they cannot be counted
   */
  take(charges: readonly Charge[], rate: Rate): Verdict | Promise<Verdict>
  close(): void
}

/** The store cannot be reached. */
export class StoreAway extends Error {
  override name = 'StoreAway'
}
