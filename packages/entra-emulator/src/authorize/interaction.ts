import type { Person } from '../directory/directory.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** A sign-in that waits for a click. */
export interface Interaction {
  readonly request: AuthorizationRequest
  /** Who signed in, once that is known: then the click is the consent. */
  readonly person?: Person
}

/** How long a page can be left open, in milliseconds. */
export const interactionLifetime = 3_600_000
