import type { Application, Person } from '../directory/directory.ts'
import type { RequestedClaims } from './requested-claims.ts'

/** What an access token is made of. */
export interface AccessTokenRequest {
  readonly tenantId: string
  readonly client: Application
  /** 0 for a public client, 1 for a client secret. */
  readonly clientStrength: '0' | '1'
  readonly resource: Application
  /** How the request named the resource: an identifier URI or the client ID. */
  readonly resourceName: string
  /** Who signed in; absent where the application acts by itself. */
  readonly person?: Person | undefined
  /** Bare names of the delegated scopes. */
  readonly scopes: readonly string[]
  /** When the person signed in, in milliseconds since the epoch. */
  readonly authTime: number
  readonly requestedClaims: RequestedClaims
}
