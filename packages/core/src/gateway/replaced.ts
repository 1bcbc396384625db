import type { Logger } from '@sluice/plugin-api'
import { guardedController } from './guarded-signal.ts'

/** Tells the filters of a configuration that it is replaced: each by a signal of its own, so that none disturbs another. */
export class Replaced {
  readonly #log: Logger
  readonly #controllers: AbortController[] = []

  constructor(log: Logger) {
    this.#log = log
  }

  /** The signal for the filter of an entry. */
  signalFor(entry: string): AbortSignal {
    const controller = guardedController(error =>
      this.#log.error(
        { entry, code: 'SLUICE_FILTER_FAILED', err: error },
        'a filter failed when its signal was aborted'
      )
    )
    this.#controllers.push(controller)
    return controller.signal
  }

  abort(): void {
    for (const controller of this.#controllers) controller.abort()
  }
}
