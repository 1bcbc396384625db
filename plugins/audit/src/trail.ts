import { hash, randomUUID } from 'node:crypto'
import type { Configuration, Counter, Gauge, Logger, PluginContext } from '@sluice/plugin-api'
import { type FileEnd, NOTHING_YET } from './file-end.ts'
import { FileSink } from './file-sink.ts'
import type { Ledger, RecordType } from './ledger.ts'
import { metrics } from './metrics.ts'
import { NO_CALL, NOBODY, UNDECIDED } from './record-fields.ts'
import type { Sign } from './record-batch.ts'
import { StrangerSums } from './stranger-sums.ts'
import type { TrailSettings } from './settings.ts'
import type { Sink } from './sink.ts'
import { StdoutSink } from './stdout-sink.ts'
import { TrailWishes } from './trail-wishes.ts'
import { Writer } from './writer.ts'

/** Bytes that may wait to be written before nothing more is decided; how requests end is still taken up to twice that. */
const MOST_WAITING = 8 * 1024 * 1024

/** Why a checkpoint was written. */
type CheckpointEvent = 'start' | 'interval' | 'configuration' | 'rotate' | 'continued' | 'stop'

/** How a configuration wants the trail. */
interface Wish {
  readonly configuration: Configuration
  readonly settings: TrailSettings
  /** Aborted when it serves no longer, or never will. */
  readonly signal: AbortSignal
}

/** One chain of records and where it is written: shared by all entries of a gateway that name the same file, and through reloads. */
export class Trail implements Ledger {
  readonly #log: Logger
  readonly #counted: Record<RecordType, Counter>
  readonly #lostRecords: Counter
  readonly #writable: Gauge
  readonly wishes = new TrailWishes()
  readonly strangers = new StrangerSums(this)
  /** What is in force, and what is to be when that is replaced. */
  #wish: Wish | undefined
  #next: Wish | undefined
  #writer: Writer | undefined
  #closed = false
  /** Bytes of the file, with those that are waiting for it. */
  #size = 0
  #sinceCheckpoint = 0
  #timer: NodeJS.Timeout | undefined
  /** Records that found no room, and are yet to be told of. */
  #lost = 0

  constructor({ log, metrics: registry }: Pick<PluginContext, 'log' | 'metrics'>) {
    this.#log = log
    const records = registry.counter(metrics.records.name, metrics.records.help, Object.keys(metrics.records.labels))
    this.#counted = {
      decision: records.series('decision'),
      outcome: records.series('outcome'),
      summary: records.series('summary'),
      checkpoint: records.series('checkpoint')
    }
    this.#lostRecords = registry.counter(metrics.lost.name, metrics.lost.help).series()
    this.#writable = registry.gauge(metrics.writable.name, metrics.writable.help).series()
  }

  /**
   * Opens the trail for a configuration that is about to serve. One that is open goes over to it when the one before is
   * replaced: a reload that is refused after all changes nothing.
   *
   * @throws Error where it cannot be written
   */
  async start(wish: Wish): Promise<void> {
    const { configuration, signal } = wish
    if (configuration === this.#wish?.configuration || configuration === this.#next?.configuration) return
    if (this.#writer === undefined) return this.#open(wish)
    this.#next = wish
    signal.addEventListener('abort', () => this.#ended(wish), { once: true })
    if (this.#wish!.signal.aborted) this.#takeOver()
  }

  #ended(wish: Wish): void {
    if (wish === this.#next) this.#next = undefined
    else if (wish === this.#wish && this.#next !== undefined) this.#takeOver()
  }

  #takeOver(): void {
    this.#wish = this.#next
    this.#next = undefined
    if (this.#writer !== undefined) this.#checkpoint('configuration')
  }

  get accepting(): boolean {
    return this.#writer?.failing === false && this.#writer.waiting < MOST_WAITING
  }

  /** Bytes that are not written yet. */
  get waiting(): number {
    return this.#writer?.waiting ?? 0
  }

  /** Counts records that found no room before they came here. */
  missed(count: number): void {
    this.#lost += count
    this.#lostRecords.add(count)
  }

  record(type: RecordType, fields: string): boolean {
    const writer = this.#writer
    const most = type === 'decision' ? MOST_WAITING : 2 * MOST_WAITING
    if (writer === undefined || writer.waiting >= most) {
      this.#lost++
      this.#lostRecords.add()
      return false
    }
    if (this.#lost > 0 && this.accepting) this.#tellLost()
    this.#add(type, fields)
    if (this.#wish!.settings.signer !== undefined) this.#comeToCheckpoint()
    return true
  }

  #comeToCheckpoint(): void {
    if (++this.#sinceCheckpoint >= this.#wish!.settings.everyRecords) this.#checkpoint('interval')
    else if (this.#timer === undefined && this.#wish!.settings.everyMs !== Infinity)
      this.#timer = setTimeout(() => this.#checkpoint('interval'), this.#wish!.settings.everyMs).unref()
  }

  synced(): Promise<void> {
    return this.#writer === undefined ? Promise.resolve() : this.#writer.synced()
  }

  /** Resolves when everything recorded so far is written. */
  async flush(): Promise<void> {
    await this.#writer?.flush()
  }

  /** Ends the chain with a checkpoint and lets go of the file: at once, or after the write that is under way. */
  close(done: () => void = () => {}): void {
    const writer = this.#writer
    this.#closed = true
    if (writer === undefined) return done()
    this.strangers.flush()
    // What ends the chain is its last record, however long the file is by now.
    this.#size = -Infinity
    this.#checkpoint('stop')
    clearTimeout(this.#timer)
    writer.close((error, unwritten) => {
      done()
      if (error === undefined) return
      this.#lostRecords.add(unwritten)
      const lost = this.#lost + unwritten
      this.#log.error({ err: error, lost }, 'the end of the audit trail could not be written: these records are lost')
    })
    this.#writer = undefined
  }

  async #open(wish: Wish): Promise<void> {
    const { file } = wish.settings
    const events = { failed: (error: unknown) => this.#failed(error), recovered: () => this.#recovered() }
    const begin = (sink: Sink, end: FileEnd, more: string): void => {
      this.#wish = wish
      this.#writer = new Writer(sink, { last: end.last, endLine: end.unended }, events)
      this.#writable.set(1)
      wish.signal.addEventListener('abort', () => this.#ended(wish), { once: true })
      this.#checkpoint('start', `${more},"instance":"${randomUUID()}"`)
    }
    if (file === undefined) return begin(new StdoutSink(), NOTHING_YET, '')
    const sink = await FileSink.open(file, {
      keep: () => this.#wish!.settings.keep,
      begunAnew: () => this.#begunAnew(),
      unremoved: error => this.#log.error({ err: error }, 'an old file of the audit trail cannot be removed')
    })
    if (this.#closed) return sink.close()
    const { torn, unended } = sink.end
    // Nothing is written over: what is there of a torn record stays, on a line of its own.
    this.#size = sink.size + Number(unended)
    const lost = torn.length === 0 ? '' : `,"torn":{"bytes":${torn.length},"sha256":"${hash('sha256', torn)}"}`
    begin(sink, sink.end, `${lost},"offset":${this.#size}`)
  }

  #add(type: RecordType, fields: string, sign?: Sign): void {
    const { rotateAt } = this.#wish!.settings
    this.#size += this.#writer!.add(fields, sign)
    this.#counted[type].add()
    if (this.#size >= rotateAt) this.#rotate()
  }

  #rotate(): void {
    this.#size = -Infinity
    this.#checkpoint('rotate')
    this.#writer!.cut()
    this.#size = 0
    this.#checkpoint('continued')
  }

  #checkpoint(event: CheckpointEvent, more = ''): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sinceCheckpoint = 0
    const { configuration, settings } = this.#wish!
    const { signer } = settings
    const key = signer === undefined ? 'null' : `"${signer.keyId}"`
    const fields =
      `"type":"checkpoint","request":null,"route":null,${NOBODY},${NO_CALL},${UNDECIDED},"status":null` +
      `,"event":"${event}"${more},"config":"${configuration.hash}","key":${key}`
    this.#add('checkpoint', fields, signer?.sign)
    // What is signed is on the disk, too; who waits for the disk hears of a failure, and the log does.
    if (event === 'interval') this.synced().catch(() => {})
  }

  /** Those who have only the new file see from the offset that nothing in front of it is lacking. */
  #begunAnew(): void {
    const { file } = this.#wish!.settings
    this.#log.warn({ file }, 'the audit file was removed or moved away: the chain goes on in a new one')
    this.#writer!.begunAnew()
    this.#size = this.#writer!.waiting
    this.#checkpoint('continued', `,"offset":${this.#size}`)
  }

  #tellLost(): void {
    const count = this.#lost
    this.#lost = 0
    this.#add(
      'summary',
      `"type":"summary","request":null,"route":null,${NOBODY},${NO_CALL},"decision":"none","filter":null,"rule":null,"code":null,"reason":null,"status":null,"event":"lost","count":${count}`
    )
  }

  #failed(error: unknown): void {
    this.#writable.set(0)
    this.#log.error({ err: error, file: this.#wish!.settings.file }, 'the audit trail cannot be written; trying again')
  }

  #recovered(): void {
    this.#writable.set(1)
    this.#log.info({ file: this.#wish!.settings.file, lost: this.#lost }, 'the audit trail is written again')
    if (this.#lost > 0) this.#tellLost()
  }
}
