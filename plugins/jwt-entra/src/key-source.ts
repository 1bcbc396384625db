import type { Logger } from '@sluice/plugin-api'
import type { ImportedKeys } from './signing-key.ts'

/** What one fetch of a key set brings. */
export interface FetchedKeys extends ImportedKeys {
  /** `iss` of the tokens that these keys sign. */
  readonly issuer: string
  /** When they were fetched, in milliseconds, where that was for another worker; else it is now. */
  readonly at?: number | undefined
  /** When they were fetched for a key that a worker did not know, if they were. */
  readonly forUnknownAt?: number | undefined
}

/** Where the signing keys of one issuer come from. */
export interface KeySource {
  /** Fields of the log lines about it. */
  readonly about: object
  /** `unknownKey` if it is for a key that is not known. @throws Error saying what failed; the previous keys stay in use. */
  fetch(signal: AbortSignal, unknownKey?: boolean): Promise<FetchedKeys>
  /** Calls `changed` when there may be other keys, until the signal is aborted; absent where only asking tells. */
  watch?(changed: () => void, signal: AbortSignal, log: Logger): void
}
