import type { Readiness } from '@sluice/plugin-api'

interface Line {
  ready: boolean
  everReady: boolean
  reason: string
}

/** One line of `/readyz?verbose`. */
export interface ReadinessLine extends Readonly<Line> {
  readonly name: string
}

/** What `/readyz` says. */
export interface ReadinessView {
  readonly ready: boolean
  lines(): readonly ReadinessLine[]
}

/** The readinesses that the filters of one configuration declare. */
export class Readinesses {
  readonly #lines = new Map<string, Line>()
  /** Called after each change. */
  changed = (): void => {}

  declare(name: string): Readiness {
    const line = this.#lines.get(name) ?? { ready: false, everReady: false, reason: 'not ready yet' }
    this.#lines.set(name, line)
    const set = (state: Partial<Line>): void => {
      Object.assign(line, state)
      this.changed()
    }
    return {
      ready: () => set({ ready: true, everReady: true, reason: '' }),
      notReady: reason => set({ ready: false, reason })
    }
  }

  /** What was ready once under an earlier configuration was ready once. */
  inherit(earlier: Readinesses): void {
    for (const [name, line] of this.#lines) line.everReady ||= earlier.#lines.get(name)?.everReady === true
  }

  /** Whether each was ready once. */
  get everReady(): boolean {
    return Array.from(this.#lines.values()).every(line => line.everReady)
  }

  lines(): readonly ReadinessLine[] {
    return Array.from(this.#lines, ([name, line]) => ({ name, ...line }))
  }
}

/**
 * What must have been ready once before the gateway says that it is; draining overrules everything. A gateway that was
 * ready stays so when its configuration is replaced: a new filter that waits for its keys takes no other route down.
 */
export class ReadinessBoard implements ReadinessView {
  #current: Readinesses | undefined
  #wasReady = false
  #draining = false
  readonly #changed: () => void

  /** `changed` is called after each change of what is shown. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed
  }

  /** Shows these from now on, and no others. */
  show(next: Readinesses): void {
    this.#wasReady ||= this.#current?.everReady === true
    if (this.#current !== undefined) next.inherit(this.#current)
    this.#current = next
    next.changed = this.#changed
    this.#changed()
  }

  drain(): void {
    this.#draining = true
  }

  get ready(): boolean {
    return !this.#draining && (this.#wasReady || this.#current?.everReady === true)
  }

  lines(): readonly ReadinessLine[] {
    const draining = { name: 'serving', ready: !this.#draining, everReady: !this.#draining, reason: 'draining' }
    return [draining, ...(this.#current?.lines() ?? [])]
  }
}
