import type { Person } from '../directory/directory.ts'
import { EntraError } from '../entra-error.ts'
import type { SignIn } from './sign-in.ts'

interface Revocation {
  readonly count: number
  /** In milliseconds since the epoch. */
  readonly at: number
}

/** Remembers whose sign-in sessions were revoked: by an administrator, or because the password changed. */
export class Revocations {
  readonly #byPerson = new Map<string, Revocation>()

  /** How often a person's sessions were revoked so far. Counted, since a clock does not tell what came first. */
  count({ oid }: Person): number {
    return this.#byPerson.get(oid)?.count ?? 0
  }

  revoke(person: Person, at: number): void {
    this.#byPerson.set(person.oid, { count: this.count(person) + 1, at })
  }

  /** @throws EntraError 50173 if the sessions were revoked since the sign-in. */
  check({ person, authTime, revocations }: SignIn): void {
    const last = this.#byPerson.get(person.oid)
    if (last === undefined || last.count === revocations) return
    throw new EntraError(50173, new Date(authTime).toISOString(), new Date(last.at).toISOString())
  }
}
