import { randomBytes } from 'node:crypto'

/** Bytes that are drawn at once: one call for 170 new traces. */
const BATCH = 4096

/** Ids of traces and spans. */
export class RandomIds {
  #digits = ''
  #at = 0

  traceId(): string {
    return this.#take(32)
  }

  spanId(): string {
    return this.#take(16)
  }

  #take(count: number): string {
    if (this.#at + count > this.#digits.length) {
      this.#digits = randomBytes(BATCH).toString('hex')
      this.#at = 0
    }
    this.#at += count
    return this.#digits.slice(this.#at - count, this.#at)
  }
}
