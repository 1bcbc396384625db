import type { KeyObject } from 'node:crypto'

/** Entries of a key set that are looked at. */
export const maxKeys = 1000

/** The least that RS256 and its kin allow (RFC 7518 section 3.3). */
export const minModulusBits = 2048

/** A key that a tenant or another issuer publishes. */
export interface SigningKey {
  readonly id: string
  /** Values of `alg` (RFC 7518 section 3.1) that it may verify. */
  readonly algorithms: readonly string[]
  /** What it is made of: two keys are the same if this is. */
  readonly material: string
  /** Published here, but for another issuer: it must not vouch for this one. */
  readonly foreign: boolean
  readonly key: KeyObject
  /** No longer published: nothing that it verified is believed any more. */
  retired: boolean
}

/** Keys of a set by `kid`, and how many entries of the set are of no use. */
export interface ImportedKeys {
  readonly keys: ReadonlyMap<string, SigningKey>
  readonly skipped: number
}
