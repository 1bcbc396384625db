import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { ask, type Rate, type Verdict } from './gcra.ts'
import { longest } from './longest.ts'
import { type Charge, type Store, StoreAway } from './store.ts'
import { DIGEST_WORDS, setsOf, WAYS } from './table.ts'
import type { TableShare } from './table-owner.ts'

/** Times that a lock is looked at before the thread sleeps: what is done under one takes less than a microsecond. */
const SPINS = 100
/** Milliseconds of a sleep, for when the one who has it is not running. */
const NAP_MS = 1
/** Milliseconds after which a lock is not waited for any more. */
const PATIENCE_MS = 1000
/** Names whose digests are remembered. */
const REMEMBERED = 10_000

const NONE_TAKEN: ReadonlyMap<number, number> = new Map()

/** How a store of several workers differs. */
export interface SharedStoreOptions extends TableShare {
  /** Whether clients make callers' names up: then nobody whose calls still count is forgotten. */
  readonly madeUp: boolean
  /** Microseconds of a clock that all threads have in common, and that never goes back. */
  readonly now: () => number
}

/**
 * Counts in memory that all workers of the process share, exactly: whoever counts has locked the sets in which the callers
 * are. A caller who finds no room takes that of the one who has least to lose, or, where names are made up, counts with all
 * others who find none.
 */
export class SharedStore implements Store {
  readonly #locks: Int32Array
  readonly #digests: Int32Array
  readonly #arrivals: Float64Array
  readonly #sets: number
  readonly #key: Uint8Array
  readonly #worker: number
  readonly #madeUp: boolean
  readonly #now: () => number
  readonly #known = new LRUCache<string, Int32Array>({ maxSize: REMEMBERED, sizeCalculation: () => 1 })

  constructor({ table, worker, madeUp, now }: SharedStoreOptions) {
    this.#locks = new Int32Array(table.locks)
    this.#digests = new Int32Array(table.digests)
    this.#arrivals = new Float64Array(table.arrivals)
    this.#sets = setsOf(table)
    this.#key = table.key
    this.#worker = worker
    this.#madeUp = madeUp
    this.#now = now
  }

  take(charges: readonly Charge[], rate: Rate): Verdict {
    // With names that are made up there may be a second lock.
    return charges.length === 1 && !this.#madeUp ? this.#takeOne(charges[0]!, rate) : this.#takeAll(charges, rate)
  }

  close(): void {
    this.#known.clear()
  }

  #takeOne({ key, cost }: Charge, rate: Rate): Verdict {
    const digest = this.#digestOf(key)
    const set = this.#setOf(digest)
    this.#lock(set)
    try {
      const now = this.#now()
      const place = this.#placeOf(digest, now, NONE_TAKEN)
      const verdict = ask(this.#arrivals[place]!, now, cost, rate)
      if (verdict.allowed) this.#arrivals[place] = now + verdict.ahead
      return verdict
    } finally {
      Atomics.store(this.#locks, set, 0)
    }
  }

  #takeAll(charges: readonly Charge[], rate: Rate): Verdict {
    const digests = charges.map(({ key }) => this.#digestOf(key))
    const sets = this.#setsFor(digests)
    let locked = 0
    try {
      for (; locked < sets.length; locked++) this.#lock(sets[locked]!)
      return this.#takeLocked(charges, digests, rate)
    } finally {
      while (locked > 0) Atomics.store(this.#locks, sets[--locked]!, 0)
    }
  }

  /** In one order for all, so that no two wait for each other. */
  #setsFor(digests: readonly Int32Array[]): readonly number[] {
    const sets = new Set(digests.map(digest => this.#setOf(digest)))
    if (this.#madeUp) sets.add(this.#sets)
    return [...sets].toSorted((a, b) => a - b)
  }

  #takeLocked(charges: readonly Charge[], digests: readonly Int32Array[], rate: Rate): Verdict {
    const now = this.#now()
    const costs = new Map<number, number>()
    for (const [i, { cost }] of charges.entries()) {
      const place = this.#placeOf(digests[i]!, now, costs)
      costs.set(place, (costs.get(place) ?? 0) + cost)
    }
    const verdicts = Array.from(costs, ([place, cost]) => ({
      place,
      verdict: ask(this.#arrivals[place]!, now, cost, rate)
    }))
    const refused = verdicts.filter(({ verdict }) => !verdict.allowed)
    if (refused.length === 0) for (const { place, verdict } of verdicts) this.#arrivals[place] = now + verdict.ahead
    return longest(
      (refused.length === 0 ? verdicts : refused).map(({ verdict }) => verdict),
      rate
    )
  }

  /** The place of a caller, taken over from another if need be. `taken` are those of this request's other callers. */
  #placeOf(digest: Int32Array, now: number, taken: ReadonlyMap<number, number>): number {
    const first = this.#setOf(digest) * WAYS
    let least = -1
    for (let place = first; place < first + WAYS; place++) {
      if (this.#isAt(place, digest)) return place
      if (!taken.has(place) && (least < 0 || this.#arrivals[place]! < this.#arrivals[least]!)) least = place
    }
    if (least < 0 || (this.#madeUp && this.#arrivals[least]! > now)) return this.#sets * WAYS
    this.#arrivals[least] = 0
    this.#digests.set(digest, least * DIGEST_WORDS)
    return least
  }

  #isAt(place: number, digest: Int32Array): boolean {
    const at = place * DIGEST_WORDS
    for (let i = 0; i < DIGEST_WORDS; i++) if (this.#digests[at + i] !== digest[i]) return false
    return true
  }

  #setOf(digest: Int32Array): number {
    return (digest[0]! >>> 0) % this.#sets
  }

  #digestOf(key: string): Int32Array {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const hash = createHmac('sha256', this.#key).update(key).digest()
    const digest = Int32Array.from({ length: DIGEST_WORDS }, (_, i) => hash.readInt32LE(4 * i))
    this.#known.set(key, digest)
    return digest
  }

  /** @throws StoreAway where somebody keeps it: then nothing was counted */
  #lock(set: number): void {
    for (let i = 0; i < SPINS; i++) if (this.#tryLock(set)) return
    for (let waited = 0; waited < PATIENCE_MS; waited += NAP_MS) {
      Atomics.wait(this.#locks, set, Atomics.load(this.#locks, set), NAP_MS)
      if (this.#tryLock(set)) return
    }
    throw new StoreAway('Another worker keeps the table of rate limits locked')
  }

  #tryLock(set: number): boolean {
    return Atomics.compareExchange(this.#locks, set, 0, this.#worker) === 0
  }
}
