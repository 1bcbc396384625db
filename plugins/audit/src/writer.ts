import type { ChainEnd } from './hash-chain.ts'
import { draftLine, RecordBatch, type Sign } from './record-batch.ts'
import type { Sink } from './sink.ts'

/** Milliseconds for which records wait for others to be written with. */
const GATHER_MS = 100
/** Bytes at which they wait no longer: a write costs as much as 100 KiB of it. */
const GATHER_SIZE = 256 * 1024
/** Bytes that are chained in one go: few enough to be in the cache, and not to hold up requests. */
const CHAIN_SIZE = 32 * 1024
/** Bytes of a batch. */
const BATCH_SIZE = 2 * GATHER_SIZE
/** Batches that are kept to be used again. */
const MOST_SPARE = 2
/** Milliseconds after which a write that failed is tried again. */
const RETRY_MS = 1000

/** A batch that is sealed. */
interface Sealed {
  readonly records: RecordBatch
  /** Bytes of it. */
  written: number
  /** Whether they are written only once they are on the disk, and what is settled then. */
  readonly durable: boolean
  commit: PromiseWithResolvers<void> | undefined
  /** Number of the last record of a file that ends with them. */
  readonly last: number | undefined
}

/** Is told that records cannot be written, and that they can again. */
export interface WriterEvents {
  failed(error: unknown): void
  recovered(): void
}

/**
 * Chains records and writes them in batches, one write under way at a time; what waits for the disk waits for the same sync.
 * Only what is durable costs a promise.
 */
export class Writer {
  readonly #sink: Sink
  readonly #events: WriterEvents
  #seq: number
  /** The hash of the last record that is sealed. */
  #head: string
  readonly #sealed: Sealed[] = []
  #gathered = new RecordBatch(BATCH_SIZE)
  readonly #spare: RecordBatch[] = []
  #commit: PromiseWithResolvers<void> | undefined
  /** Bytes of the sealed batches, as far as they are not written. */
  #unwritten = 0
  /** Bytes of what is gathered that were chained last. */
  #chained = 0
  #busy = false
  #soon = false
  #failing = false
  #timer: NodeJS.Timeout | undefined
  #idle: PromiseWithResolvers<void> | undefined
  #closing: (() => void) | undefined

  /** Goes on behind `last`. With `endLine` what the sink ends with is ended first: nothing is written over. */
  constructor(
    sink: Sink,
    { last, endLine }: { readonly last: ChainEnd; readonly endLine: boolean },
    events: WriterEvents
  ) {
    this.#sink = sink
    this.#seq = last.seq
    this.#head = last.hash
    this.#events = events
    if (endLine) this.#gathered.endLine()
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#failing
  }

  /** Bytes that are waiting. */
  get waiting(): number {
    return this.#unwritten + this.#gathered.length
  }

  /** Number of the last record. */
  get seq(): number {
    return this.#seq
  }

  /**
   * Adds a record: `fields` are members of a JSON object in ASCII. With `sign` it carries a signature of all in front of that.
   *
   * @returns its length in bytes
   */
  add(fields: string, sign?: Sign): number {
    const line = draftLine(++this.#seq, fields, sign !== undefined)
    if (!this.#gathered.fits(line.length)) this.#makeRoom(line.length)
    this.#gathered.add(line, sign)
    if (this.#gathered.length - this.#chained >= CHAIN_SIZE) this.#chain()
    if (this.#gathered.length >= GATHER_SIZE) this.#drainSoon()
    else if (this.#timer === undefined) this.#gatherOn()
    return line.length
  }

  /** Resolves when everything added so far is on the disk; rejects when that fails. */
  synced(): Promise<void> {
    if (this.#failing) return Promise.reject(new Error('the audit trail cannot be written'))
    if (this.waiting === 0 && !this.#busy) return this.#sink.sync()
    this.#commit ??= Promise.withResolvers()
    this.#drainSoon()
    return this.#commit.promise
  }

  /** What is added from now on goes into another file. */
  cut(): void {
    this.#seal(this.#seq)
    this.#drainSoon()
  }

  /** The sink has begun another file: a record of which a piece is in the one before is written whole. */
  begunAnew(): void {
    const [sealed] = this.#sealed
    if (sealed === undefined) return
    const from = sealed.records.goOnFrom(sealed.written)
    this.#unwritten += sealed.written - from
    sealed.written = from
  }

  /** Resolves when nothing is waiting any more, or it cannot be written. */
  flush(): Promise<void> {
    if (this.#failing || (!this.#busy && this.waiting === 0)) return Promise.resolve()
    this.#idle ??= Promise.withResolvers()
    this.#drainSoon()
    return this.#idle.promise
  }

  /**
   * Writes what is left and closes the sink: at once, or after the write that is under way. `done` gets what went wrong, and
   * how many records could not be written.
   */
  close(done: (error: unknown, unwritten: number) => void): void {
    clearTimeout(this.#timer)
    const close = (): void => {
      this.#seal(undefined)
      const waiting = this.#sealed.splice(0)
      let failure: unknown
      try {
        for (const sealed of waiting)
          while (sealed.written < sealed.records.length)
            sealed.written += this.#sink.writeNow(sealed.records.bytes(sealed.written))
      } catch (error) {
        failure = error
      }
      const unwritten = waiting.reduce((sum, { records, written }) => sum + records.countFrom(written), 0)
      try {
        this.#sink.close()
      } catch (error) {
        failure ??= error
      }
      for (const { commit } of waiting) {
        if (failure === undefined) commit?.resolve()
        else commit?.reject(failure)
      }
      done(failure, unwritten)
    }
    if (this.#busy) this.#closing = close
    else close()
  }

  #gatherOn(): void {
    if (this.#gathered.length > 0 && !this.#failing) this.#timer ??= setTimeout(() => this.#onTime(), GATHER_MS).unref()
  }

  #onTime(): void {
    this.#timer = undefined
    void this.#drain()
  }

  /** At the end of the turn: the requests that came with this one have their records in the same write. */
  #drainSoon(): void {
    if (this.#soon || this.#busy || this.#failing) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      if (this.#sealed.length === 0) this.#seal(undefined)
      for (let sealed = this.#sealed[0]; sealed !== undefined; sealed = this.#next()) {
        await this.#write(sealed)
        if (this.#closing !== undefined) break
      }
      this.#busy = false
      this.#gatherOn()
    } catch (error) {
      this.#busy = false
      this.#fail(error)
    }
    this.#idle?.resolve()
    this.#idle = undefined
    this.#closing?.()
  }

  /** What came during a write is gathered on, unless it is enough or somebody waits. */
  #next(): Sealed | undefined {
    const enough = this.#gathered.length >= GATHER_SIZE || this.#commit !== undefined || this.#idle !== undefined
    if (this.#sealed.length === 0 && enough) this.#seal(undefined)
    return this.#sealed[0]
  }

  #chain(): void {
    this.#head = this.#gathered.chain(this.#head)
    this.#chained = this.#gathered.length
  }

  /** Makes a batch of what was gathered. */
  #seal(last: number | undefined): void {
    const records = this.#gathered
    if (records.length === 0 && this.#commit === undefined && last === undefined) return
    this.#chain()
    this.#chained = 0
    const commit = this.#commit
    this.#sealed.push({ records, written: 0, durable: commit !== undefined, commit, last })
    this.#unwritten += records.length
    this.#gathered = this.#spare.pop() ?? new RecordBatch(BATCH_SIZE)
    this.#commit = undefined
    // The one that tries again stays.
    if (this.#failing) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Who waits for what was gathered waits for what comes, too. */
  #makeRoom(length: number): void {
    const commit = this.#commit
    this.#commit = undefined
    if (this.#gathered.length > 0) this.#seal(undefined)
    this.#commit = commit
    if (length > BATCH_SIZE) this.#gathered = new RecordBatch(length)
  }

  async #write(sealed: Sealed): Promise<void> {
    const { records } = sealed
    while (sealed.written < records.length) {
      // A sink that is full for ever would keep the process; the rest is for who closes.
      if (this.#closing !== undefined) return
      const written = await this.#sink.write(records.bytes(sealed.written))
      sealed.written += written
      this.#unwritten -= written
    }
    if (sealed.durable) await this.#sink.sync()
    sealed.commit?.resolve()
    sealed.commit = undefined
    if (sealed.last !== undefined) await this.#sink.rotate(sealed.last)
    this.#sealed.shift()
    this.#keep(records)
    if (!this.#failing) return
    this.#failing = false
    this.#events.recovered()
  }

  #keep(records: RecordBatch): void {
    if (records.size !== BATCH_SIZE || this.#spare.length >= MOST_SPARE) return
    records.clear()
    this.#spare.push(records)
  }

  /** Whoever waits is told; the records themselves stay, and are written when that can be done again. */
  #fail(error: unknown): void {
    const waiting = [...this.#sealed.map(({ commit }) => commit), this.#commit]
    for (const sealed of this.#sealed) sealed.commit = undefined
    this.#commit = undefined
    for (const commit of waiting) commit?.reject(error)
    if (!this.#failing) this.#events.failed(error)
    this.#failing = true
    clearTimeout(this.#timer)
    if (this.#closing === undefined) this.#timer = setTimeout(() => this.#onTime(), RETRY_MS).unref()
  }
}
