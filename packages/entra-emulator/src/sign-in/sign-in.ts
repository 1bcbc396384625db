import type { Person } from '../directory/directory.ts'
import type { RevocationCounts } from './revocations.ts'

/** What is known of a sign-in, wherever tokens are made of it. */
export interface SignIn {
  readonly person: Person
  /** In milliseconds since the epoch. */
  readonly authTime: number
  /** Whether it took more than a password. */
  readonly multifactor: boolean
  /** How often the person's sign-in sessions had been revoked by then, and their password changed. */
  readonly revocations: RevocationCounts
}
