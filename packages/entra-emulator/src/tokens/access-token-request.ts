import type { Application } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { ClientStrength } from '../token/client-authentication.ts'
import type { Confirmation } from '../token/confirmation.ts'

/** What an access token is made of. */
export interface AccessTokenRequest {
  readonly tenant: Tenant
  readonly client: Application
  readonly clientStrength: ClientStrength
  readonly resource: Application
  /** How the request named the resource: an identifier URI or the client ID. */
  readonly resourceName: string
  /** The sign-in of a person; absent where the application acts by itself. */
  readonly signIn?: SignIn | undefined
  /** Bare names of the delegated scopes. */
  readonly scopes: readonly string[]
  /** Authentication contexts (`c1` to `c99`) that this request asked for, all of them satisfied. */
  readonly contexts: readonly string[]
  /** Client capabilities that this request declared. */
  readonly capabilities: readonly string[]
  /** Whether a middle tier asks on behalf of the person: such tokens carry no roles. */
  readonly onBehalfOf?: boolean
  /** The key that the token is bound to. */
  readonly confirmation?: Confirmation | undefined
}
