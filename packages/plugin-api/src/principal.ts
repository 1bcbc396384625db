/**
 * Who is calling: the value of the fact `principal`. Identity is `tenantId` with `objectId`; the name is for display
 * and logs only, never for a decision, since it can change.
 */
export interface Principal {
  /** The token's `tid`, or `iss` of another OpenID provider. */
  readonly tenantId: string
  /** The token's `oid`, or `sub` of another OpenID provider. */
  readonly objectId: string
  /**
   * The client application: `azp` of a version 2 token, `appid` of a version 1 token; `client_id`, else `azp`, of
   * another OpenID provider, or empty if its token names none.
   */
  readonly clientId: string
  /** A person, an application by itself, an agent by itself, or the user account of an agent. */
  readonly kind: 'user' | 'app' | 'agent' | 'agent-user'
  /** Display name, or empty. */
  readonly name: string
  /** Bare names of the delegated scopes; empty for an application. */
  readonly scopes: readonly string[]
  /** App roles: the person's own, or the application permissions of an application. */
  readonly roles: readonly string[]
  /** Object ids of groups, as far as the token lists them; `undefined` if membership is unknown (overage). */
  readonly groups: readonly string[] | undefined
  /** `exp` in seconds since the epoch. */
  readonly expiresAt: number
  /** All claims of the verified token. */
  readonly claims: Readonly<Record<string, unknown>>
}
