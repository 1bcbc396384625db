import type { Logger } from '@sluice/plugin-api'
import type { FileWatch } from '../files/file-watch.ts'

/** The files that the last attempt to load a configuration has read, whatever came of it: a change of them is worth another. */
export class ConfigFiles {
  readonly #files: FileWatch
  readonly #changed: (() => void) | undefined
  readonly #log: Logger
  readonly #stops = new Map<string, () => void>()
  #told = false
  #closed = false

  /** Calls `changed` once for each attempt; without it nobody looks. */
  constructor(files: FileWatch, changed: (() => void) | undefined, log: Logger) {
    this.#files = files
    this.#changed = changed
    this.#log = log
  }

  /** Another attempt begins. */
  begin(): void {
    for (const stop of this.#stops.values()) stop()
    this.#stops.clear()
    this.#told = false
  }

  /** This file is read next. */
  follow(file: string): void {
    if (this.#changed === undefined || this.#closed || this.#stops.has(file)) return
    this.#stops.set(
      file,
      this.#files.follow(
        file,
        () => this.#tell(),
        error => this.#log.error({ file, err: error }, 'the program failed when it was told that a file changed')
      )
    )
  }

  close(): void {
    this.begin()
    this.#closed = true
  }

  /** Gives a promise where the program's function does. */
  #tell(): unknown {
    if (this.#told) return undefined
    this.#told = true
    return this.#changed?.()
  }
}
