/** Numbers of one array; 32 KiB. */
const SIZE = 4096

/** Some numbers next to one another in an array that is never moved, so that a series can hold on to it. */
export interface Cells {
  readonly values: Float64Array
  readonly at: number
}

/** The memory in which series count, allocated ahead. */
export class NumberCells {
  #values = new Float64Array(0)
  #used = 0

  /** Takes `count` numbers, all 0. */
  take(count: number): Cells {
    if (this.#used + count > this.#values.length) {
      this.#values = new Float64Array(Math.max(SIZE, count))
      this.#used = 0
    }
    const cells = { values: this.#values, at: this.#used }
    this.#used += count
    return cells
  }
}
