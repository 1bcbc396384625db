/** Counts the streams that each caller has open in this process. */
export class Streams {
  readonly #open = new Map<string, number>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Counts one more, unless that were too many. */
  open(caller: string): boolean {
    const count = this.#open.get(caller) ?? 0
    if (count >= this.#limit) return false
    this.#open.set(caller, count + 1)
    return true
  }

  close(caller: string): void {
    const count = this.#open.get(caller) ?? 0
    if (count > 1) this.#open.set(caller, count - 1)
    else this.#open.delete(caller)
  }
}
