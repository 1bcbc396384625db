import type { AuthorizationCode } from './authorize/authorization-code.ts'
import type { Interaction } from './authorize/interaction.ts'
import type { Tenant } from './directory/tenant.ts'
import type { Endpoints } from './endpoints.ts'
import type { ExpiringStore } from './expiring-store.ts'
import type { SigningKeys } from './keys/signing-keys.ts'
import type { Consents } from './scopes/consents.ts'
import type { Revocations } from './sign-in/revocations.ts'
import type { RefreshToken } from './token/refresh-token.ts'
import type { TokenMinter } from './tokens/token-minter.ts'

/** Everything that the endpoints share. */
export interface Emulation {
  readonly endpoints: Endpoints
  readonly tenants: readonly Tenant[]
  readonly keys: SigningKeys
  readonly minter: TokenMinter
  readonly consents: Consents
  readonly revocations: Revocations
  readonly interactions: ExpiringStore<Interaction>
  readonly codes: ExpiringStore<AuthorizationCode>
  readonly refreshTokens: ExpiringStore<RefreshToken>
  /** User principal name of the person who is signed in without asking. */
  readonly autoSignIn: string | undefined
  /** Whether `login_hint` signs a person in without asking. */
  readonly automatic: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
