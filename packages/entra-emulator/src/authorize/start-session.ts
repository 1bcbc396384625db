import type { Person } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import type { SignIn } from '../sign-in/sign-in.ts'

/** Begins the sign-in of a person: with a password, and nothing more. */
export const startSession = (emulation: Emulation, person: Person): SignIn => ({
  person,
  authTime: emulation.now(),
  multifactor: false,
  revocations: emulation.revocations.count(person)
})
