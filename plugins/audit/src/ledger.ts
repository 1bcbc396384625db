import type { StrangerSums } from './stranger-sums.ts'

export type RecordType = 'decision' | 'outcome' | 'summary' | 'checkpoint'

/** What those see of a trail who add to it. */
export interface Ledger {
  /** Whether what is decided now can be recorded. */
  readonly accepting: boolean
  /** What was answered to those who are unknown. */
  readonly strangers: StrangerSums
  /**
   * Adds a record: members of a JSON object in ASCII, the type first. What finds no room is counted, and told when there is.
   *
   * @returns whether it found room
   */
  record(type: RecordType, fields: string): boolean
  /** Resolves when everything recorded so far is on the disk; rejects where that fails. */
  synced(): Promise<void>
}
