import type { Person } from '../directory/directory.ts'
import type { Platform } from '../directory/directory-config.ts'
import { EntraError, showTime } from '../entra-error.ts'
import type { SignIn } from './sign-in.ts'

/** How often what a person had signed in to was ended. Counted, since a clock does not tell what came first. */
export interface RevocationCounts {
  /** Sessions revoked, by the person or an administrator. */
  readonly sessions: number
  /** Passwords changed by the person. */
  readonly passwords: number
}

interface Revocation extends RevocationCounts {
  /** When the last one happened, in milliseconds since the epoch. */
  readonly at: number
}

const none: Revocation = { sessions: 0, passwords: 0, at: 0 }

/** Remembers whose sign-in sessions were revoked, and whose password changed. */
export class Revocations {
  readonly #byPerson = new Map<string, Revocation>()

  /** How often it happened so far. */
  count({ oid }: Person): RevocationCounts {
    return this.#byPerson.get(oid) ?? none
  }

  /** Revokes all sessions of a person. Those of a guest are their home tenant's to revoke: here nothing happens. */
  revokeSessions(person: Person, at: number): void {
    if (person.guest) return
    const { sessions, passwords } = this.count(person)
    this.#byPerson.set(person.oid, { sessions: sessions + 1, passwords, at })
  }

  /** Ends what was obtained with the old password, except by confidential clients. */
  changePassword(person: Person, at: number): void {
    if (person.guest) return
    const { sessions, passwords } = this.count(person)
    this.#byPerson.set(person.oid, { sessions, passwords: passwords + 1, at })
  }

  /** @throws EntraError 50173 if a sign-in is no longer good for a client of that platform. */
  check({ person, authTime, revocations }: SignIn, platform: Platform): void {
    const { sessions, passwords, at } = this.#byPerson.get(person.oid) ?? none
    const isSamePassword = passwords === revocations.passwords || platform === 'web'
    if (sessions === revocations.sessions && isSamePassword) return
    throw new EntraError(50173, showTime(authTime), showTime(at))
  }
}
