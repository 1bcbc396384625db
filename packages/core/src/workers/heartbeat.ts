import type { WorkerHandle } from './worker-handle.ts'

const EVERY_MS = 1000
/** Pings without an answer, and not a time: a process that was suspended finds its workers as it left them. */
const MOST_UNANSWERED = 10

/** Finds workers that are stuck: in an endless loop, or a call that blocks. */
export class Heartbeat {
  #timer: NodeJS.Timeout | undefined

  /** Tells `stuck` of each worker that has not turned its event loop for some ten seconds. */
  watch(workers: () => readonly WorkerHandle[], stuck: (worker: WorkerHandle) => void): void {
    this.#timer = setInterval(() => {
      for (const worker of workers()) if (worker.ping() === MOST_UNANSWERED) stuck(worker)
    }, EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
