import type { Ask, Configuration, PluginContext } from '@sluice/plugin-api'
import type { AuditConfig } from './config.ts'
import type { Ledger, RecordType } from './ledger.ts'
import { StrangerSums } from './stranger-sums.ts'
import { MOST_AT_OWNER, type TrailQuestion } from './trail-owner.ts'
import { TrailWishes } from './trail-wishes.ts'

/** Milliseconds after which it is asked again whether records are taken, where nothing new is recorded meanwhile. */
const ASK_AGAIN_MS = 500

/** Records that are handed over together. */
interface Handing {
  readonly records: (readonly [RecordType, string])[]
  bytes: number
  /** Settled when they are on the disk, where somebody waits for that. */
  commit: PromiseWithResolvers<void> | undefined
}

/** How a configuration wants the trail. */
interface RemoteWish extends Pick<PluginContext, 'configuration' | 'directory' | 'signal'> {
  readonly config: Readonly<AuditConfig>
}

/** The trail as one of several workers has it: hands records to the one that writes them for all, at the end of each turn. */
export class RemoteTrail implements Ledger {
  readonly strangers = new StrangerSums(this)
  readonly wishes = new TrailWishes()
  readonly #started = new WeakMap<Configuration, Promise<void>>()
  /** Bytes that may be on their way. */
  readonly #most: number
  #ask: Ask<TrailQuestion, boolean> | undefined
  #handing: Handing = emptyHanding()
  #soon = false
  /** Bytes that were not answered yet. */
  #onTheWay = 0
  #lost = 0
  #accepted = false
  #closed = false
  #timer: NodeJS.Timeout | undefined

  constructor(workers: number) {
    this.#most = MOST_AT_OWNER / workers
  }

  /** Says who writes. */
  connect(ask: Ask<TrailQuestion, boolean>): void {
    this.#ask = ask
  }

  /** Opens the trail for a configuration that is about to serve. @throws Error where it cannot be written */
  start({ configuration, directory, signal, config }: RemoteWish): Promise<void> {
    const { hash } = configuration
    const started =
      this.#started.get(configuration) ??
      this.#tell({ kind: 'start', hash, config, directory }).then(() => {
        const ended = (): void => void this.#tell({ kind: 'ended', hash }).catch(() => {})
        if (signal.aborted) ended()
        else signal.addEventListener('abort', ended, { once: true })
      })
    this.#started.set(configuration, started)
    return started
  }

  get accepting(): boolean {
    return this.#accepted && this.#waiting < this.#most
  }

  record(type: RecordType, fields: string): boolean {
    const most = type === 'decision' ? this.#most : 2 * this.#most
    if (this.#waiting >= most) {
      this.#lost++
      return false
    }
    this.#handing.records.push([type, fields])
    this.#handing.bytes += fields.length
    this.#handSoon()
    return true
  }

  synced(): Promise<void> {
    this.#handing.commit ??= Promise.withResolvers()
    this.#handSoon()
    return this.#handing.commit.promise
  }

  /** Resolves when everything recorded so far is written. */
  async flush(): Promise<void> {
    this.#hand()
    await this.#ask?.({ kind: 'flush' })
  }

  /** Hands over what is left. */
  close(): void {
    this.strangers.flush()
    this.#hand()
    this.#closed = true
    clearTimeout(this.#timer)
  }

  get #waiting(): number {
    return this.#onTheWay + this.#handing.bytes
  }

  #handSoon(): void {
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => this.#hand())
  }

  #hand(): void {
    this.#soon = false
    const { records, bytes, commit } = this.#handing
    if (records.length === 0 && commit === undefined && this.#lost === 0) return
    const lost = this.#lost
    this.#lost = 0
    this.#handing = emptyHanding()
    this.#onTheWay += bytes
    const handed = this.#tell({ kind: 'records', records, lost, sync: commit !== undefined })
    handed
      .then(
        () => commit?.resolve(),
        (error: unknown) => commit?.reject(error)
      )
      .finally(() => (this.#onTheWay -= bytes))
  }

  /** Says something, and hears whether more can be recorded; while that is not so it asks again. */
  #tell(question: TrailQuestion): Promise<void> {
    return this.#ask!(question).then(
      accepted => this.#heard(accepted),
      (error: unknown) => {
        this.#heard(false)
        throw error
      }
    )
  }

  #heard(accepted: boolean): void {
    this.#accepted = accepted
    if (accepted || this.#closed || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#tell({ kind: 'records', records: [], lost: 0, sync: false }).catch(() => {})
    }, ASK_AGAIN_MS).unref()
  }
}

const emptyHanding = (): Handing => ({ records: [], bytes: 0, commit: undefined })
