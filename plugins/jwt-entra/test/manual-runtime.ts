import type { Runtime } from '../src/runtime.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until the test moves it, over the real network. */
export class ManualRuntime implements Runtime {
  time = 1_800_000_000_000
  readonly #timers = new Set<Timer>()

  readonly now = () => this.time

  fetch(url: string, init: RequestInit): Promise<Response> {
    return fetch(url, init)
  }

  schedule(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size
  }

  /** Moves the clock and runs what falls due, in order. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.time = Math.max(this.time, next.at)
      next.run()
    }
    this.time = end
  }
}

/** Waits, turn by turn of the event loop, until something has happened. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise(resolve => setImmediate(resolve))
}
