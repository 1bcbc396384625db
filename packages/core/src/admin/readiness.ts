import type { Readiness } from '@sluice/plugin-api'

/** One line of `/readyz?verbose`. */
export interface ReadinessLine {
  readonly name: string
  readonly ready: boolean
  /** Whether it was ready once, which is all that `/readyz` asks. */
  readonly everReady: boolean
  readonly reason: string
}

/** What must have been ready once before the gateway says that it is; draining overrules everything. */
export class ReadinessBoard {
  readonly #lines = new Map<string, { ready: boolean; everReady: boolean; reason: string }>()
  #draining = false

  declare(name: string): Readiness {
    const line = this.#lines.get(name) ?? { ready: false, everReady: false, reason: 'not ready yet' }
    this.#lines.set(name, line)
    return {
      ready: () => void Object.assign(line, { ready: true, everReady: true, reason: '' }),
      notReady: reason => void Object.assign(line, { ready: false, reason })
    }
  }

  drain(): void {
    this.#draining = true
  }

  get ready(): boolean {
    return !this.#draining && Array.from(this.#lines.values()).every(line => line.everReady)
  }

  lines(): readonly ReadinessLine[] {
    const draining = { name: 'serving', ready: !this.#draining, everReady: !this.#draining, reason: 'draining' }
    return [draining, ...Array.from(this.#lines, ([name, line]) => ({ name, ...line }))]
  }
}
