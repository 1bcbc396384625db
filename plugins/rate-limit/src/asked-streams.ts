import type { Ask, PluginContext } from '@sluice/plugin-api'
import type { StreamChange } from './open-streams.ts'

/** Counts streams where all workers of the process count them. */
export class AskedStreams {
  readonly #ask: Ask<StreamChange, boolean>

  constructor({ entry, singleton }: Pick<PluginContext, 'entry' | 'singleton'>) {
    this.#ask = singleton('streams', entry)
  }

  /** Counts one more, unless that were more than `limit`. */
  open(caller: string, limit: number): Promise<boolean> {
    return this.#ask({ caller, limit })
  }

  close(caller: string): void {
    // It fails only where the gateway closes, and the count with it.
    this.#ask({ caller }).catch(() => {})
  }
}
