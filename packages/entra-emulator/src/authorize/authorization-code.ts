import type { SignIn } from '../sign-in/sign-in.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** What an authorization code stands for. */
export interface AuthorizationCode {
  readonly request: AuthorizationRequest
  readonly signIn: SignIn
  /** Bare names of the granted scopes. */
  readonly permissions: readonly string[]
  /** Set when the code was redeemed: a second time is refused. */
  redeemed: boolean
}

/** How long an authorization code is good, in milliseconds. */
export const codeLifetime = 600_000
