/** The clock of this process, which stands still until it is moved. */
export class Clock {
  readonly #real = Date.now
  #now = Math.floor(Date.now() / 1000)

  constructor() {
    Date.now = () => this.#now * 1000
  }

  /** Seconds since the epoch. */
  get seconds(): number {
    return this.#now
  }

  /** Takes seconds; negative ones set it back. */
  advance(seconds: number): void {
    this.#now += seconds
  }

  restore(): void {
    Date.now = this.#real
  }
}
