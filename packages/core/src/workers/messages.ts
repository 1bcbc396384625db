import type { ReadinessLine } from '../admin/readiness.ts'
import type { ReadTexts } from '../config/config-reading.ts'
import type { LoadOptions } from '../config/load.ts'
import type { RawConfig } from '../config/raw.ts'
import type { Address } from '../config/settings.ts'
import type { MadeSeries } from '../metrics/metric-family.ts'
import type { SingletonName } from '../singletons.ts'

/** What a worker is started with. */
export interface WorkerStart {
  /** Its number among all that were ever started. */
  readonly worker: number
  /** How many serve. */
  readonly workers: number
  readonly options: LoadOptions
  readonly ownSecret: string
  /** Levels of the log that are written. */
  readonly levels: readonly LogLevel[]
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What the main thread asks of a worker. */
export type ToWorker =
  /** Makes a configuration ready: the one that the main thread has read, in the same bytes. */
  | { readonly kind: 'prepare'; readonly source: string | RawConfig; readonly texts: ReadTexts }
  | { readonly kind: 'take over' }
  | { readonly kind: 'discard' }
  /** Answered by whoever still turns its event loop. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'listen'; readonly address: Address }
  | { readonly kind: 'drain'; readonly graceMs: number }
  | { readonly kind: 'close'; readonly withinMs: number }

/** What a worker tells the main thread, and asks of it. */
export type FromWorker =
  | { readonly kind: 'log'; readonly level: LogLevel; readonly fields: object; readonly message: string | undefined }
  | { readonly kind: 'readiness'; readonly lines: readonly ReadinessLine[] }
  | { readonly kind: 'series'; readonly made: MadeSeries }
  | { readonly kind: 'hold'; readonly which: SingletonName; readonly options: unknown }
  | { readonly kind: 'release'; readonly which: SingletonName }
  | { readonly kind: 'ask'; readonly which: SingletonName; readonly question: unknown }
