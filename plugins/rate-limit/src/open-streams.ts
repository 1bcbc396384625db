import type { Singleton } from '@sluice/plugin-api'

/** A stream that a worker wants to open, or has closed. */
export interface StreamChange {
  readonly caller: string
  /** At the most; absent where one is closed. */
  readonly limit?: number
}

/** Counts the streams that each caller has open at all workers, and gives back those of a worker that is gone. */
export class OpenStreams implements Singleton<StreamChange, boolean> {
  /** By caller, and then by worker. */
  readonly #open = new Map<string, Map<number, number>>()

  /** Whether it may be opened. */
  answer({ caller, limit }: StreamChange, worker: number): boolean {
    const open = this.#open.get(caller) ?? new Map<number, number>()
    const own = open.get(worker) ?? 0
    if (limit === undefined) this.#set(caller, open, worker, own - 1)
    else if (total(open) >= limit) return false
    else this.#set(caller, open, worker, own + 1)
    return true
  }

  gone(worker: number): void {
    for (const [caller, open] of this.#open) this.#set(caller, open, worker, 0)
  }

  #set(caller: string, open: Map<number, number>, worker: number, count: number): void {
    if (count > 0) open.set(worker, count)
    else open.delete(worker)
    if (open.size > 0) this.#open.set(caller, open)
    else this.#open.delete(caller)
  }
}

const total = (open: ReadonlyMap<number, number>): number =>
  Array.from(open.values()).reduce((sum, count) => sum + count, 0)
