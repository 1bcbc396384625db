import type { Person } from '../directory/directory.ts'

/** What is known of a sign-in, wherever tokens are made of it. */
export interface SignIn {
  readonly person: Person
  /** In milliseconds since the epoch. */
  readonly authTime: number
  /** Whether it took more than a password. */
  readonly multifactor: boolean
  /** Authentication contexts (`c1` to `c99`) that were asked for and satisfied. */
  readonly contexts: readonly string[]
  /** How often the person's sign-in sessions had been revoked by then. */
  readonly revocations: number
}
