import type { Challenge } from './challenge.ts'

/** Header fields that can be changed. Names are matched without regard to case. */
export interface HeaderEdit {
  /** The first value, or `undefined`. */
  get(name: string): string | undefined
  /** Replaces all fields of the name by one. */
  set(name: string, value: string): void
  append(name: string, value: string): void
  delete(name: string): void
  /** Removes every field whose name begins so. */
  deletePrefix(prefix: string): void
}

/** What goes to the upstream. */
export interface RequestHead extends HeaderEdit {
  readonly method: string
  /** Path and query at the upstream. */
  readonly path: string
}

/** What goes to the client. */
export interface ResponseHead extends HeaderEdit {
  readonly status: number
  readonly source: 'upstream' | 'gateway'
  /** The gateway's own challenges; empty for an upstream's answer. */
  readonly challenges: Challenge[]
}
