/** Values that outlive the configuration that made them: counted by their users, disposed with the last one. */
export class SharedValues {
  readonly #values = new Map<string, { value: unknown; users: number; dispose: (() => void) | undefined }>()

  /**
   * Values taken by one configuration. A new one takes what it still needs before the old one lets go, so that a value
   * with the same key lives on.
   */
  lease(): SharedLease {
    const taken = new Set<string>()
    return {
      take: <T>(key: string, make: () => T, dispose?: (value: T) => void): T => {
        let held = this.#values.get(key)
        if (held === undefined) {
          const value = make()
          held = { value, users: 0, dispose: dispose === undefined ? undefined : () => dispose(value) }
          this.#values.set(key, held)
        }
        if (!taken.has(key)) held.users++
        taken.add(key)
        return held.value as T
      },
      release: report => {
        for (const key of taken) {
          this.#letGo(key, report)
        }
        taken.clear()
      }
    }
  }

  #letGo(key: string, report: (error: unknown) => void): void {
    const held = this.#values.get(key)
    if (held === undefined || --held.users > 0) return
    this.#values.delete(key)
    try {
      const waiting: unknown = held.dispose?.()
      // Types let an async function pass, and its rejection would end the process.
      if (waiting instanceof Promise) waiting.catch(report)
    } catch (error) {
      report(error)
    }
  }
}

export interface SharedLease {
  /** The value of the key, made if nobody has it. */
  take<T>(key: string, make: () => T, dispose?: (value: T) => void): T
  /** Lets go of everything that was taken; what disposing of a value throws is reported, and keeps no other alive. */
  release(report: (error: unknown) => void): void
}
