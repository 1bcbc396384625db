import type { ReadinessLine, ReadinessView } from '../admin/readiness.ts'
import type { WorkerHandle } from './worker-handle.ts'

/** What `/readyz` says of several workers: what each of them must have been ready for once. */
export class PoolReadiness implements ReadinessView {
  readonly #workers: () => readonly (WorkerHandle | undefined)[]
  #wasReady = false
  #draining = false

  /** `workers` gives those that are there, by their places. */
  constructor(workers: () => readonly (WorkerHandle | undefined)[]) {
    this.#workers = workers
  }

  drain(): void {
    this.#draining = true
  }

  /** Something has changed: once all of them were ready, the gateway stays so for as long as one of them serves. */
  readonly changed = (): void => {
    this.#wasReady ||= this.#workers().every(worker => worker?.serves === true && worker.everReady)
  }

  get ready(): boolean {
    return !this.#draining && this.#wasReady && this.#workers().some(worker => worker?.serves === true)
  }

  lines(): readonly ReadinessLine[] {
    const draining = { name: 'serving', ready: !this.#draining, everReady: !this.#draining, reason: 'draining' }
    const merged = new Map<string, ReadinessLine>()
    for (const [i, worker] of this.#workers().entries()) {
      const itself = lineOf(i + 1, worker)
      merged.set(itself.name, itself)
      for (const line of worker?.lines ?? []) merged.set(line.name, worse(line, i + 1, merged.get(line.name)))
    }
    return [draining, ...merged.values()]
  }
}

const lineOf = (place: number, worker: WorkerHandle | undefined): ReadinessLine => {
  const serves = worker?.serves === true
  return { name: `worker ${place}`, ready: serves, everReady: serves, reason: serves ? '' : 'does not serve yet' }
}

const worse = (line: ReadinessLine, place: number, other: ReadinessLine | undefined): ReadinessLine => {
  const own = line.ready ? line : { ...line, reason: `worker ${place}: ${line.reason}` }
  if (other === undefined) return own
  const shown = other.ready ? own : other
  return { ...shown, everReady: own.everReady && other.everReady }
}
