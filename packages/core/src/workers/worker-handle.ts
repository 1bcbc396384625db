import { Worker } from 'node:worker_threads'
import type { ReadinessLine } from '../admin/readiness.ts'
import { Channel } from './channel.ts'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'

/** `.ts` where the sources run as they are. */
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
const SOURCE_CONDITION = '--conditions=@sluice/source'

/** One thread that serves, as the main thread sees it. */
export class WorkerHandle {
  /** Among all that were ever started. */
  readonly number: number
  /** From 1 to the number of workers: the one that takes its place has the same. */
  readonly place: number
  /** Resolves with the reason once the thread is gone. */
  readonly ended: Promise<Error>
  /** What the filters of its configuration declare. */
  lines: readonly ReadinessLine[] = []
  /** Whether it listens. */
  serves = false
  readonly #thread: Worker
  readonly #channel: Channel<ToWorker, FromWorker>
  #ready: (() => void) | undefined
  #unanswered = 0

  /**
   * `take` gets what it tells and asks, except what it says of its readiness: of that `changed` is told. What it told and
   * cannot be taken goes to `refused`.
   */
  constructor(
    place: number,
    start: WorkerStart,
    take: (message: FromWorker) => unknown,
    { changed, refused }: { changed: () => void; refused: (error: unknown) => void }
  ) {
    this.number = start.worker
    this.place = place
    const fromSource = EXTENSION === '.ts' && !process.execArgv.includes(SOURCE_CONDITION)
    this.#thread = new Worker(new URL(`./thread${EXTENSION}`, import.meta.url), {
      workerData: start,
      name: `sluice ${place}`,
      ...(fromSource && { execArgv: [SOURCE_CONDITION] })
    })
    const receive = (message: FromWorker): unknown => {
      if (message.kind !== 'readiness') return take(message)
      this.lines = message.lines.filter(({ name }) => name !== 'serving')
      if (this.everReady) this.#ready?.()
      changed()
      return undefined
    }
    this.#channel = new Channel(this.#thread, receive, refused)
    this.ended = this.#end()
  }

  /** Whether each readiness was ready once. */
  get everReady(): boolean {
    return this.lines.every(line => line.everReady)
  }

  /** Asks; rejects if the thread is gone, or has not answered within so many milliseconds. */
  async ask(message: ToWorker, withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`Worker ${this.place} did not ${message.kind} within ${withinMs / 1000} s`))
      }, withinMs)
    })
    try {
      await Promise.race([this.#channel.ask(message), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Pings it. Returns how many pings it has not answered until now. */
  ping(): number {
    const unanswered = this.#unanswered++
    void this.#channel.ask({ kind: 'ping' }).then(
      () => (this.#unanswered = 0),
      () => {}
    )
    return unanswered
  }

  /** Resolves once each readiness was ready, the thread is gone, or so many milliseconds are over. */
  async readyWithin(ms: number): Promise<void> {
    if (this.everReady) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#ready = resolve
    await Promise.race([promise, this.ended])
    clearTimeout(timer)
  }

  /** Share of the time, since this was asked last, in which the thread had something to do. */
  utilization = (() => {
    let before = { idle: 0, active: 0, utilization: 0 }
    return (): number => {
      const now = this.#thread.performance.eventLoopUtilization()
      const { utilization } = this.#thread.performance.eventLoopUtilization(now, before)
      before = now
      return utilization
    }
  })()

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    await this.#thread.terminate()
    await this.ended
  }

  #end(): Promise<Error> {
    return new Promise(resolve => {
      let reason: Error | undefined
      this.#thread.on('error', (error: unknown) => {
        reason = error instanceof Error ? error : new Error(String(error))
      })
      this.#thread.once('exit', code => {
        this.serves = false
        reason ??= new Error(`It ended with exit code ${code}`)
        this.#channel.close(new Error(`Worker ${this.place} has ended: ${reason.message}`, { cause: reason }))
        resolve(reason)
      })
    })
  }
}
