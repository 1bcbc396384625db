import type { Logger } from '@sluice/plugin-api'
import type { FetchedKeys, KeySource } from './key-source.ts'
import type { Runtime } from './runtime.ts'
import type { SigningKey } from './signing-key.ts'

const firstRetryMs = 1000
const lastRetryMs = 60_000
const ageTickMs = 15_000
/** A key that was not there this shortly ago is not looked for again. */
const minAgeMs = 30_000
/** Entra asks that unknown keys cause no more fetches than this. */
const unknownKeyEveryMs = 5 * 60_000

/** What a key set needs besides its source. */
export interface KeySetOptions {
  readonly refreshMs: number
  readonly runtime: Runtime
  readonly log: Logger
  /** Takes the seconds since the last refresh; not called before the first, so that no metric says 0. */
  readonly age: (seconds: number) => void
  /** Keys that are there already, so that the first fetch can wait. */
  readonly initial?: FetchedKeys
}

/**
 * The signing keys of one issuer: fetched at once, refreshed in the background, kept while a refresh fails. How long they
 * are believed then is for those who ask.
 */
export class KeySet {
  /** When the keys were fetched last, in milliseconds; `undefined` before the first time. */
  fetchedAt: number | undefined = undefined
  /** `iss` of the tokens; empty before the first fetch. */
  issuer = ''
  /** Why the latest fetch failed; `undefined` if it did not. */
  failure: string | undefined = undefined

  readonly #source: KeySource
  readonly #options: KeySetOptions
  readonly #closed = new AbortController()
  readonly #listeners = new Set<() => void>()
  #keys: ReadonlyMap<string, SigningKey> = new Map()
  #fetching: Promise<void> | undefined
  #retryMs = firstRetryMs
  #askedForUnknownAt: number | undefined
  #cancelRefresh = () => {}
  #cancelAge = () => {}

  constructor(source: KeySource, options: KeySetOptions) {
    this.#source = source
    this.#options = options
    const { initial, refreshMs, log } = options
    source.watch?.(() => void this.#refreshAnew(), this.#closed.signal, log)
    if (initial === undefined) void this.refresh()
    else {
      this.#accept(initial)
      this.#scheduleRefresh(refreshMs)
    }
    this.#tickAge()
  }

  find(keyId: string): SigningKey | undefined {
    return this.#keys.get(keyId)
  }

  /** Fetches now, for a key that is not known or in general, or joins the fetch that is under way. Never rejects: see {@link KeySet.failure}. */
  refresh(unknownKey = false): Promise<void> {
    this.#fetching ??= this.#fetch(unknownKey).finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  /**
   * What to wait for before a key is called unknown: a fetch under way, or a new one. At once if the keys are 30 s old,
   * then at most every 5 minutes; `undefined` in between, so that made-up keys cause no traffic.
   */
  refreshForUnknownKey(): Promise<void> | undefined {
    if (this.#fetching !== undefined) return this.#fetching
    const now = this.#options.runtime.now()
    if (this.fetchedAt === undefined || now - this.fetchedAt < minAgeMs) return undefined
    if (this.#askedForUnknownAt !== undefined && now - this.#askedForUnknownAt < unknownKeyEveryMs) return undefined
    this.#askedForUnknownAt = now
    return this.refresh(true)
  }

  /** Calls `listener` after every fetch. Returns how to stop. */
  onFetched(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Ends the fetch under way and all timers. */
  close(): void {
    this.#closed.abort()
    this.#cancelRefresh()
    this.#cancelAge()
  }

  async #fetch(unknownKey: boolean): Promise<void> {
    this.#cancelRefresh()
    let nextMs: number
    try {
      this.#accept(await this.#source.fetch(this.#closed.signal, unknownKey))
      nextMs = this.#options.refreshMs
    } catch (error) {
      this.#fail(error)
      nextMs = this.#retryMs
      this.#retryMs = Math.min(2 * nextMs, lastRetryMs)
    }
    if (this.#closed.signal.aborted) return
    this.#scheduleRefresh(nextMs)
    for (const listener of this.#listeners) listener()
  }

  #scheduleRefresh(ms: number): void {
    this.#cancelRefresh = this.#options.runtime.schedule(ms, () => void this.#refreshOnSchedule())
  }

  /** A fetch that is under way may have read what was there before. */
  async #refreshAnew(): Promise<void> {
    await this.#fetching
    if (!this.#closed.signal.aborted) await this.refresh()
  }

  async #refreshOnSchedule(): Promise<void> {
    await this.refresh()
    // After a refresh of our own the next unknown key is a new case again.
    if (this.failure === undefined) this.#askedForUnknownAt = undefined
  }

  #accept({ issuer, keys, skipped, at, forUnknownAt }: FetchedKeys): void {
    const { log, runtime } = this.#options
    if (this.failure !== undefined) log.info(this.#source.about, 'signing keys fetched again')
    if (skipped > 0) log.debug({ ...this.#source.about, skipped }, 'key set has entries that are of no use')
    this.#keys = succeed(this.#keys, keys, issuer === this.issuer)
    this.issuer = issuer
    this.failure = undefined
    this.fetchedAt = at ?? runtime.now()
    // Of what was fetched for another worker the next case of an unknown key is counted from then, not from this asking.
    if (at !== undefined) this.#askedForUnknownAt = forUnknownAt
    this.#retryMs = firstRetryMs
    this.#recordAge()
  }

  #fail(error: unknown): void {
    const reason = describe(error)
    if (this.failure !== reason && !this.#closed.signal.aborted) {
      this.#options.log.warn({ ...this.#source.about, reason }, 'signing keys could not be fetched; trying again')
    }
    this.failure = reason
  }

  #tickAge(): void {
    this.#recordAge()
    this.#cancelAge = this.#options.runtime.schedule(ageTickMs, () => this.#tickAge())
  }

  #recordAge(): void {
    if (this.fetchedAt === undefined || this.#closed.signal.aborted) return
    this.#options.age((this.#options.runtime.now() - this.fetchedAt) / 1000)
  }
}

/**
 * Keeps the object of a key that is still published, by the same issuer, so that what it verified lives on, and
 * retires the others.
 */
function succeed(
  old: ReadonlyMap<string, SigningKey>,
  fetched: ReadonlyMap<string, SigningKey>,
  sameIssuer: boolean
): ReadonlyMap<string, SigningKey> {
  const keys = new Map<string, SigningKey>()
  for (const [id, key] of fetched) {
    const before = old.get(id)
    const same = sameIssuer && before?.material === key.material && before.foreign === key.foreign
    keys.set(id, same ? before : key)
  }
  for (const [id, key] of old) key.retired = keys.get(id) !== key
  return keys
}

/** What failed and why: a time-out is the cause of its error, and where all addresses of a name fail there is only a code. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const message = error.message || String((error as NodeJS.ErrnoException).code)
  return error.cause instanceof Error ? `${message}: ${error.cause.message}` : message
}
