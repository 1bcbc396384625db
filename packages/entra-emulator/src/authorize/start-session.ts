import type { Person } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** Begins the sign-in of a person: with a password, and with the contexts that no policy makes harder. */
export const startSession = (emulation: Emulation, request: AuthorizationRequest, person: Person): SignIn => ({
  person,
  authTime: emulation.now(),
  multifactor: false,
  contexts: request.requestedClaims.acrs,
  revocations: emulation.revocations.count(person)
})
