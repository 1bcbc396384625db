import { microsoftGraphId } from '../directory/microsoft-graph.ts'
import type { Emulation } from '../emulation.ts'
import type { RequestedScopes } from '../scopes/resolve-scopes.ts'
import type { ClientStrength } from './client-authentication.ts'
import type { Confirmation } from './confirmation.ts'
import { type RefreshToken, refreshTokenLifetime } from './refresh-token.ts'

/** A successful answer of the token endpoint (RFC 6749 section 5.1). */
export interface TokenResponse {
  readonly token_type: 'Bearer' | 'pop'
  /** Scopes in request form. */
  readonly scope?: string
  /** Seconds. */
  readonly expires_in: number
  readonly ext_expires_in: number
  readonly access_token: string
  readonly refresh_token?: string
  readonly id_token?: string
}

/** What the tokens of a person are made of. */
export interface PersonalGrant extends RefreshToken {
  readonly clientStrength: ClientStrength
  readonly scopes: RequestedScopes
  /** Bare names of the granted scopes. */
  readonly permissions: readonly string[]
  readonly contexts: readonly string[]
  readonly capabilities: readonly string[]
  readonly confirmation: Confirmation | undefined
  readonly nonce?: string | undefined
  /** Until when the refresh token is good, where it inherits that. */
  readonly refreshUntil?: number
  /** Whether a refresh token comes even without `offline_access`. */
  readonly rotate: boolean
}

const grantedScope = ({ scopes, permissions }: PersonalGrant): string => {
  if (scopes.resource.clientId !== microsoftGraphId) {
    return permissions.map(name => `${scopes.resourceName}/${name}`).join(' ')
  }
  return [...permissions, ...scopes.oidc.filter(name => name !== 'offline_access')].join(' ')
}

/** Makes the answer for a person: the access token, and the ID and refresh tokens that the scopes ask for. */
export const createTokenResponse = (emulation: Emulation, grant: PersonalGrant): TokenResponse => {
  const { tenant, client, clientStrength, platform, signIn, onBehalfOf, scopes, permissions, rotate } = grant
  const { contexts, capabilities, confirmation } = grant
  const { resource, resourceName, oidc } = scopes
  const owner = { tenant, client, clientStrength, signIn, onBehalfOf, contexts, capabilities, confirmation }
  // Sign-in scopes alone give a token for Microsoft Graph; they themselves never stand in `scp`.
  const granted = permissions.length > 0 ? permissions : ['User.Read']
  const access = emulation.minter.accessToken({ ...owner, resource, resourceName, scopes: granted })
  const until = grant.refreshUntil ?? emulation.now() + refreshTokenLifetime(platform)
  const refresh = { tenant, client, platform, signIn, onBehalfOf }
  const identity = { tenantId: tenant.tenantId, client, person: signIn.person, oidcScopes: oidc, nonce: grant.nonce }
  return {
    token_type: confirmation ? 'pop' : 'Bearer',
    scope: grantedScope(grant),
    expires_in: access.expiresIn,
    ext_expires_in: access.expiresIn,
    access_token: access.token,
    ...(rotate || oidc.includes('offline_access')
      ? { refresh_token: emulation.refreshTokens.add(refresh, until) }
      : {}),
    ...(oidc.includes('openid') ? { id_token: emulation.minter.idToken(identity).token } : {})
  }
}
