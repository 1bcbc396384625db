import type { ReadinessView } from '../admin/readiness.ts'
import type { LoadedConfig } from '../config/load.ts'

/** A configuration that is ready to serve, and does not yet. */
export interface Prepared {
  /** Lets the next request find it. */
  takeOver(): void | Promise<void>
  /** Lets go of it again. */
  discard(): Promise<void>
}

/** What serves configurations, one after the other: a thread, or several. */
export interface Serving {
  /** Origin of the public listener. */
  readonly url: string
  readonly readiness: ReadinessView & { drain(): void }
  /** Makes a configuration ready. @throws ConfigError where that cannot be; then nothing has changed */
  prepare(config: LoadedConfig): Promise<Prepared>
  /** Listens, once the first configuration was taken over. @throws ListenError where the address cannot be listened on */
  listen(config: LoadedConfig): Promise<void>
  /** Takes no new connection, lets what is under way finish, and ends what is open after `graceMs`. */
  drain(graceMs: number): Promise<void>
  /** Closes filters, which have `withinMs` milliseconds, and all else. */
  close(withinMs: number): Promise<void>
}
