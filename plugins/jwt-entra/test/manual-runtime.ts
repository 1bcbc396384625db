import { Readable } from 'node:stream'
import { type Answered, httpGet } from '../src/http-get.ts'
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

  get(url: string, signal: AbortSignal): Promise<Answered> {
    return httpGet(url, signal)
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

/** An answer of 200 without a network. */
export const answered = (document: unknown): Answered => ({
  status: 200,
  body: Readable.from([Buffer.from(JSON.stringify(document))])
})

/** Waits, turn by turn of the event loop, until something has happened. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise(resolve => setImmediate(resolve))
}
