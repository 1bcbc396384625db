/** The last record of a chain. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

/** In front of the first record. */
export const BEGINNING: ChainEnd = Object.freeze({ seq: 0, hash: '0'.repeat(64) })
