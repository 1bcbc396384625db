import type { ReadinessLine, ReadinessView } from '../admin/readiness.ts'
import type { Member } from './member.ts'

/** What `/readyz` says of several workers: what each of them must have been ready for once. */
export class CrewReadiness implements ReadinessView {
  readonly #members: () => readonly (Member | undefined)[]
  #wasReady = false
  #draining = false

  /** `members` gives those that are there, by their places. */
  constructor(members: () => readonly (Member | undefined)[]) {
    this.#members = members
  }

  drain(): void {
    this.#draining = true
  }

  /** Something has changed: once all of them were ready, the gateway stays so for as long as one of them serves. */
  readonly changed = (): void => {
    this.#wasReady ||= this.#members().every(member => member?.serves === true && member.everReady)
  }

  get ready(): boolean {
    return !this.#draining && this.#wasReady && this.#members().some(member => member?.serves === true)
  }

  lines(): readonly ReadinessLine[] {
    const draining = { name: 'serving', ready: !this.#draining, everReady: !this.#draining, reason: 'draining' }
    const merged = new Map<string, ReadinessLine>()
    for (const [i, member] of this.#members().entries()) {
      const itself = lineOf(i + 1, member)
      merged.set(itself.name, itself)
      for (const line of member?.lines ?? []) merged.set(line.name, worse(line, i + 1, merged.get(line.name)))
    }
    return [draining, ...merged.values()]
  }
}

const lineOf = (place: number, member: Member | undefined): ReadinessLine => {
  const serves = member?.serves === true
  return { name: `worker ${place}`, ready: serves, everReady: serves, reason: serves ? '' : 'does not serve yet' }
}

const worse = (line: ReadinessLine, place: number, other: ReadinessLine | undefined): ReadinessLine => {
  const own = line.ready ? line : { ...line, reason: `worker ${place}: ${line.reason}` }
  if (other === undefined) return own
  const shown = other.ready ? own : other
  return { ...shown, everReady: own.everReady && other.everReady }
}
