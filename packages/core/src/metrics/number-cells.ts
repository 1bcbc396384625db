/** Numbers of one array; 32 KiB. */
const SIZE = 4096

/** Some numbers next to one another in an array that is never moved, so that a series can hold on to it. */
export interface Cells {
  readonly values: Float64Array
  readonly at: number
}

/** The memory in which series count, allocated ahead. */
export class NumberCells {
  #values: Float64Array = new Float64Array(0)
  #used = 0
  readonly #shared: boolean

  /** Where they are `shared`, another thread can read them. */
  constructor(shared = false) {
    this.#shared = shared
  }

  /** Takes `count` numbers, all 0. */
  take(count: number): Cells {
    if (this.#used + count > this.#values.length) {
      const size = Math.max(SIZE, count)
      this.#values = this.#shared
        ? new Float64Array(new SharedArrayBuffer(size * Float64Array.BYTES_PER_ELEMENT))
        : new Float64Array(size)
      this.#used = 0
    }
    const cells = { values: this.#values, at: this.#used }
    this.#used += count
    return cells
  }
}
