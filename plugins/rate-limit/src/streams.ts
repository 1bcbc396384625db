/** Counts the streams that each caller has open in this process. */
export class Streams {
  readonly #open = new Map<string, number>()

  /** Counts one more, unless that were more than `limit`. */
  open(caller: string, limit: number): boolean {
    const count = this.#open.get(caller) ?? 0
    if (count >= limit) return false
    this.#open.set(caller, count + 1)
    return true
  }

  close(caller: string): void {
    const count = this.#open.get(caller) ?? 0
    if (count > 1) this.#open.set(caller, count - 1)
    else this.#open.delete(caller)
  }
}
