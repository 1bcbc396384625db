/** A state of the finder: what was read ends with a beginning of some literals. */
interface State {
  readonly next: Map<number, State>
  /** The state of the longest ending of it that is another state's. */
  shorter: State | undefined
  /** Literals that end here, by their place in the list. */
  found: number[]
}

const newState = (): State => ({ next: new Map(), shorter: undefined, found: [] })

/** Finds which of many literals are in a text, in time that grows with the text alone (Aho and Corasick, 1975). */
export class LiteralFinder {
  readonly #start: State = newState()

  constructor(literals: readonly string[]) {
    for (const [place, literal] of literals.entries()) {
      let state = this.#start
      for (let i = 0; i < literal.length; i++) {
        const code = literal.charCodeAt(i)
        const next = state.next.get(code) ?? newState()
        state.next.set(code, next)
        state = next
      }
      state.found.push(place)
    }
    this.#link()
  }

  /** Tells the place of each literal in the text, once for each time that it is there, until `done` says so. */
  some(text: string, done: (place: number) => boolean): boolean {
    let state = this.#start
    for (let i = 0; i < text.length; i++) {
      state = this.#after(state, text.charCodeAt(i))
      for (const place of state.found) if (done(place)) return true
    }
    return false
  }

  /** States by their length: those that are shorter are linked before. */
  #link(): void {
    const states = [this.#start]
    for (const state of states) {
      for (const [code, next] of state.next) {
        next.shorter = state === this.#start ? this.#start : this.#after(state.shorter!, code)
        next.found.push(...next.shorter.found)
        states.push(next)
      }
    }
  }

  #after(state: State, code: number): State {
    for (let from: State | undefined = state; from !== undefined; from = from.shorter) {
      const next = from.next.get(code)
      if (next !== undefined) return next
    }
    return this.#start
  }
}
