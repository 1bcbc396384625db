import type { Sink } from './sink.ts'

/** Milliseconds for which records wait for others to be written with. */
const GATHER_MS = 100
/** Bytes at which they wait no longer. */
const GATHER_SIZE = 64 * 1024
/** Bytes of a buffer in which they wait. */
const BUFFER_SIZE = 2 * GATHER_SIZE
/** Buffers that are kept for the next batches. */
const MOST_SPARE = 2
/** Milliseconds after which a write that failed is tried again. */
const RETRY_MS = 1000

/** Records that are written together. */
interface Batch {
  /** What they are in, to be used again. */
  readonly buffer: Buffer
  readonly bytes: Buffer
  written: number
  /** Settled when they are on the disk, where somebody waits for that. */
  commit: PromiseWithResolvers<void> | undefined
  /** Number of the last record of a file that ends with them. */
  readonly last: number | undefined
}

/** Is told that records cannot be written, and that they can again. */
export interface WriterEvents {
  failed(error: unknown): void
  recovered(): void
}

/** Writes records in batches, one write under way at a time; what waits for the disk waits for the same sync. */
export class Writer {
  readonly #sink: Sink
  readonly #events: WriterEvents
  readonly #batches: Batch[] = []
  /**
   * Records that wait are copied at once: kept as strings they would outlive the youngest generation, and the garbage
   * collector would take more than all the rest.
   */
  #buffer: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE)
  #gathered = 0
  readonly #spare: Buffer[] = []
  #commit: PromiseWithResolvers<void> | undefined
  /** Bytes of the batches, as far as they are not written. */
  #batched = 0
  #busy = false
  #soon = false
  #failing = false
  #timer: NodeJS.Timeout | undefined
  #idle: PromiseWithResolvers<void> | undefined
  #closing: (() => void) | undefined

  constructor(sink: Sink, events: WriterEvents) {
    this.#sink = sink
    this.#events = events
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#failing
  }

  /** Roughly how many bytes are waiting. */
  get waiting(): number {
    return this.#batched + this.#gathered
  }

  /** Adds lines, which are ASCII. */
  add(lines: string): void {
    if (this.#gathered + lines.length > this.#buffer.length) this.#makeRoom(lines.length)
    this.#gathered += this.#buffer.write(lines, this.#gathered, 'latin1')
    if (this.#failing) return
    if (this.#gathered >= GATHER_SIZE) this.#drainSoon()
    else this.#timer ??= setTimeout(() => this.#onTime(), GATHER_MS).unref()
  }

  /** Resolves when everything added so far is on the disk; rejects when that fails. */
  synced(): Promise<void> {
    if (this.#failing) return Promise.reject(new Error('the audit trail cannot be written'))
    if (this.#gathered === 0 && !this.#busy) return this.#sink.sync()
    this.#commit ??= Promise.withResolvers()
    this.#drainSoon()
    return this.#commit.promise
  }

  /** What is added from now on goes into another file; `last` is the number of the last record in this one. */
  cut(last: number): void {
    this.#seal(last)
    this.#drainSoon()
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
   * how many bytes could not be written.
   */
  close(done: (error: unknown, unwritten: number) => void): void {
    clearTimeout(this.#timer)
    const close = (): void => {
      this.#seal(undefined)
      const rest = Buffer.concat(this.#batches.map(({ bytes, written }) => bytes.subarray(written)))
      const waiting = this.#batches.splice(0).map(({ commit }) => commit)
      try {
        this.#sink.close(rest)
        for (const commit of waiting) commit?.resolve()
        done(undefined, 0)
      } catch (error) {
        for (const commit of waiting) commit?.reject(error)
        done(error, rest.length)
      }
    }
    if (this.#busy) this.#closing = close
    else close()
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
      for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
        await this.#write(batch)
        if (this.#closing !== undefined) break
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#busy = false
    this.#idle?.resolve()
    this.#idle = undefined
    this.#closing?.()
  }

  #next(): Batch | undefined {
    if (this.#batches.length === 0) this.#seal(undefined)
    return this.#batches[0]
  }

  /** Makes a batch of what was gathered. */
  #seal(last: number | undefined): void {
    if (this.#gathered === 0 && this.#commit === undefined && last === undefined) return
    const buffer = this.#buffer
    const bytes = buffer.subarray(0, this.#gathered)
    this.#batches.push({ buffer, bytes, written: 0, commit: this.#commit, last })
    this.#batched += bytes.length
    this.#buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_SIZE)
    this.#gathered = 0
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
    if (this.#gathered > 0) this.#seal(undefined)
    this.#commit = commit
    if (length > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(length)
  }

  async #write(batch: Batch): Promise<void> {
    while (batch.written < batch.bytes.length) {
      const written = await this.#sink.write(batch.bytes.subarray(batch.written))
      batch.written += written
      this.#batched -= written
    }
    if (batch.commit !== undefined) await this.#sink.sync()
    batch.commit?.resolve()
    batch.commit = undefined
    if (batch.last !== undefined) await this.#sink.rotate(batch.last)
    this.#batches.shift()
    if (batch.buffer.length === BUFFER_SIZE && this.#spare.length < MOST_SPARE) this.#spare.push(batch.buffer)
    if (!this.#failing) return
    this.#failing = false
    this.#events.recovered()
  }

  /** Whoever waits is told; the records themselves stay, and are written when that can be done again. */
  #fail(error: unknown): void {
    const waiting = [...this.#batches.map(({ commit }) => commit), this.#commit]
    for (const batch of this.#batches) batch.commit = undefined
    this.#commit = undefined
    for (const commit of waiting) commit?.reject(error)
    if (!this.#failing) this.#events.failed(error)
    this.#failing = true
    clearTimeout(this.#timer)
    if (this.#closing === undefined) this.#timer = setTimeout(() => this.#onTime(), RETRY_MS).unref()
  }
}
