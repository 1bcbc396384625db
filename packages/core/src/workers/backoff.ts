const FIRST_MS = 100
const LONGEST_MS = 30_000
/** A worker that lived for so long was a sound one. */
const SOUND_MS = 60_000

/** How long to wait before what has ended is begun again: longer each time, until one was sound. */
export class Backoff {
  #ms = 0

  /** Milliseconds to wait after one that lived for `livedMs`. */
  next(livedMs: number): number {
    this.#ms = livedMs >= SOUND_MS || this.#ms === 0 ? FIRST_MS : Math.min(2 * this.#ms, LONGEST_MS)
    return this.#ms
  }
}
