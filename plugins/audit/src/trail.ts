import { hash, randomUUID } from 'node:crypto'
import type { Configuration, Counter, Gauge, Logger, PluginContext } from '@sluice/plugin-api'
import { ConfigFault } from '@sluice/plugin-api'
import { FileSink } from './file-sink.ts'
import { BEGINNING, HashChain } from './hash-chain.ts'
import { metrics } from './metrics.ts'
import { NO_CALL, NOBODY, UNDECIDED } from './record-fields.ts'
import { RefusalSums } from './refusal-sums.ts'
import { isSameTrail, type TrailSettings } from './settings.ts'
import { StdoutSink } from './stdout-sink.ts'
import { Writer } from './writer.ts'

/** Bytes that may wait to be written before nothing more is decided; how requests end is still taken up to twice that. */
const MOST_WAITING = 8 * 1024 * 1024

/** Why a checkpoint was written. */
type CheckpointEvent = 'start' | 'interval' | 'configuration' | 'rotate' | 'continued' | 'stop'
export type RecordType = 'decision' | 'outcome' | 'summary' | 'checkpoint'

/** One chain of records and where it is written: shared by all entries of a gateway that name the same file, and through reloads. */
export class Trail {
  readonly #log: Logger
  readonly #counted: Record<RecordType, Counter>
  readonly #lostRecords: Counter
  readonly #writable: Gauge
  /** For each configuration that is being made, how its entries want the trail. */
  readonly #wanted = new WeakMap<Configuration, TrailSettings>()
  /** What was refused of those who are unknown. */
  readonly refusals = new RefusalSums(fields => this.record('summary', fields))
  #settings: TrailSettings | undefined
  #configuration: Configuration | undefined
  #chain = new HashChain(BEGINNING)
  #writer: Writer | undefined
  /** Bytes of the file, with those that are waiting for it. */
  #size = 0
  #sinceCheckpoint = 0
  #timer: NodeJS.Timeout | undefined
  /** Records that found no room, and are yet to be told of. */
  #lost = 0

  constructor({ log, metrics: registry }: PluginContext) {
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

  /** Says how an entry wants the trail. @throws ConfigFault where another entry of the configuration wants it otherwise */
  want(configuration: Configuration, settings: TrailSettings): void {
    const wanted = this.#wanted.get(configuration)
    if (wanted !== undefined && !isSameTrail(wanted, settings))
      throw new ConfigFault(['file'], 'another entry writes the same trail with another checkpoint or rotate')
    this.#wanted.set(configuration, settings)
  }

  /** Opens the trail, or takes a new configuration over. @throws Error where it cannot be written */
  start(configuration: Configuration, settings: TrailSettings): void {
    if (configuration === this.#configuration) return
    this.#settings = settings
    if (this.#writer === undefined) {
      const torn = this.#open(settings)
      this.#configuration = configuration
      this.#checkpoint('start', `${torn},"instance":"${randomUUID()}"`)
    } else {
      this.#configuration = configuration
      this.#checkpoint('configuration')
    }
  }

  /** Whether what is decided now can be recorded. */
  get accepting(): boolean {
    return this.#writer?.failing === false && this.#writer.waiting < MOST_WAITING
  }

  /**
   * Adds a record: members of a JSON object, the type first. What finds no room is counted, and told when there is.
   *
   * @returns whether it found room
   */
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
    if (this.#settings!.signer !== undefined) this.#comeToCheckpoint()
    return true
  }

  #comeToCheckpoint(): void {
    if (++this.#sinceCheckpoint >= this.#settings!.everyRecords) this.#checkpoint('interval')
    else if (this.#timer === undefined && this.#settings!.everyMs !== Infinity)
      this.#timer = setTimeout(() => this.#checkpoint('interval'), this.#settings!.everyMs).unref()
  }

  /** Resolves when everything recorded so far is on the disk. */
  synced(): Promise<void> {
    return this.#writer === undefined ? Promise.resolve() : this.#writer.synced()
  }

  /** Resolves when everything recorded so far is written. */
  async flush(): Promise<void> {
    await this.#writer?.flush()
  }

  /** Ends the chain with a checkpoint and lets go of the file. */
  close(): void {
    const writer = this.#writer
    if (writer === undefined) return
    this.refusals.flush()
    // What ends the chain is its last record, however long the file is by now.
    this.#size = -Infinity
    this.#checkpoint('stop')
    clearTimeout(this.#timer)
    writer.close((error, unwritten) => {
      if (error !== undefined)
        this.#log.error({ err: error, unwritten }, 'the end of the audit trail could not be written')
    })
    this.#writer = undefined
  }

  /** Gives fields about a record that was torn, if there is one. */
  #open({ file }: TrailSettings): string {
    const events = { failed: (error: unknown) => this.#failed(error), recovered: () => this.#recovered() }
    this.#writable.set(1)
    if (file === undefined) {
      this.#writer = new Writer(new StdoutSink(), events)
      return ''
    }
    const sink = new FileSink(file, () => this.#settings!.keep)
    const { last, torn, unended } = sink.end
    this.#writer = new Writer(sink, events)
    this.#chain = new HashChain(last)
    this.#size = sink.size
    // Nothing is written over: what is there of a torn record stays, on a line of its own.
    if (unended || torn.length > 0) this.#writer.add('\n')
    return torn.length === 0 ? '' : `,"torn":{"bytes":${torn.length},"sha256":"${hash('sha256', torn)}"}`
  }

  #add(type: RecordType, fields: string, sign?: (text: string) => string): void {
    const line = this.#chain.add(fields, sign)
    this.#counted[type].add()
    this.#writer!.add(line)
    this.#size += line.length
    if (this.#size >= this.#settings!.rotateAt && this.#settings!.file !== undefined) this.#rotate()
  }

  #rotate(): void {
    this.#size = -Infinity
    this.#checkpoint('rotate')
    this.#writer!.cut(this.#chain.seq)
    this.#size = 0
    this.#checkpoint('continued')
  }

  #checkpoint(event: CheckpointEvent, more = ''): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sinceCheckpoint = 0
    const { signer } = this.#settings!
    const key = signer === undefined ? 'null' : `"${signer.keyId}"`
    const fields =
      `"type":"checkpoint","request":null,"route":null,${NOBODY},${NO_CALL},${UNDECIDED},"status":null` +
      `,"event":"${event}"${more},"config":"${this.#configuration!.hash}","key":${key}`
    this.#add('checkpoint', fields, signer?.sign)
    // What is signed is on the disk, too; who waits for the disk hears of a failure, and the log does.
    if (event === 'interval') this.synced().catch(() => {})
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
    this.#log.error({ err: error, file: this.#settings!.file }, 'the audit trail cannot be written; trying again')
  }

  #recovered(): void {
    this.#writable.set(1)
    this.#log.info({ file: this.#settings!.file, lost: this.#lost }, 'the audit trail is written again')
    if (this.#lost > 0) this.#tellLost()
  }
}
