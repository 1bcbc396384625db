interface Held {
  readonly value: unknown
  readonly users: Set<object>
  readonly dispose: (() => void) | undefined
}

/** Values by key, each disposed with its last user. Hand one to several contexts to test what filters share. */
export class SharedValues {
  readonly #held = new Map<string, Held>()

  /** Number of values that are alive. */
  get size(): number {
    return this.#held.size
  }

  /** The value of the key, made if it is not there; `user` keeps it alive until {@link SharedValues.release}. */
  take<T>(user: object, key: string, make: () => T, dispose?: (value: T) => void): T {
    let held = this.#held.get(key)
    if (held === undefined) {
      const value = make()
      held = { value, users: new Set(), dispose: dispose && (() => dispose(value)) }
      this.#held.set(key, held)
    }
    held.users.add(user)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one key has one maker, hence one type
    return held.value as T
  }

  /** Lets go of all values of a user. */
  release(user: object): void {
    for (const [key, held] of this.#held) {
      if (!held.users.delete(user) || held.users.size > 0) continue
      this.#held.delete(key)
      held.dispose?.()
    }
  }
}
