import type { SignIn } from '../sign-in/sign-in.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** A sign-in that waits for a click. */
export interface Interaction {
  readonly request: AuthorizationRequest
  /** What the click means: who signs in, the further step that a policy demands, or the consent. */
  readonly awaits: 'person' | 'step' | 'consent'
  /** The sign-in so far, once it is known who signs in. */
  readonly signIn?: SignIn
}

/** How long a page can be left open, in milliseconds. */
export const interactionLifetime = 3_600_000
