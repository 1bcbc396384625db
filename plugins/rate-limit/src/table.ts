/** Places of one set: a caller can be in any of them. */
export const WAYS = 16
/** 32-bit words of a caller's digest. */
export const DIGEST_WORDS = 4

/**
 * The memory of a table of callers that threads share: sets of {@link WAYS} places each, and behind them one place for all
 * who find none. Per set a lock, per place the digest of a caller and the time until which its calls have used up its share.
 */
export interface Table {
  /** One Int32 a set, and one for the place behind them: 0, or the number of the worker that has it. */
  readonly locks: SharedArrayBuffer
  /** {@link DIGEST_WORDS} Int32 a place. */
  readonly digests: SharedArrayBuffer
  /** One Float64 a place, in microseconds of the monotonic clock; 0 where nobody is. */
  readonly arrivals: SharedArrayBuffer
  /** Under which callers are digested, so that no client can choose whose place it gets. */
  readonly key: Uint8Array
}

/** How many sets a table has. */
export const setsOf = ({ locks }: Table): number => locks.byteLength / Int32Array.BYTES_PER_ELEMENT - 1

/** Makes a table for so many callers. Sets fill unevenly: with three times the places one in 20,000 overflows before. */
export const makeTable = (callers: number, key: Uint8Array): Table => {
  const sets = Math.ceil((3 * callers) / WAYS)
  const places = sets * WAYS + 1
  return {
    locks: new SharedArrayBuffer((sets + 1) * Int32Array.BYTES_PER_ELEMENT),
    digests: new SharedArrayBuffer(places * DIGEST_WORDS * Int32Array.BYTES_PER_ELEMENT),
    arrivals: new SharedArrayBuffer(places * Float64Array.BYTES_PER_ELEMENT),
    key
  }
}
