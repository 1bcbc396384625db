import { randomBytes } from 'node:crypto'
import { OAuthFault } from './oauth-fault.ts'
import { newVerifier } from './pkce.ts'
import { withParameters } from './redirect-uri.ts'
import type { PendingRequest } from './seals.ts'
import type { Server } from './server.ts'

/** How long somebody may take to sign in at Entra. */
const SIGN_IN_SECONDS = 900

/**
 * Where the browser goes to sign in at Entra. Of the client's request only `claims`, `login_hint` and `domain_hint` go
 * along; `resource` above all does not. The gateway's own PKCE makes Entra's code useless to anybody else.
 *
 * @param person Who must turn out to have signed in
 * @throws OAuthFault as long as the metadata of Entra was not fetched
 */
export const signInUrl = (request: PendingRequest, browser: string, server: Server, person?: string): string => {
  const { client, redirect, state, challenge, scopes, offline } = request
  const own = newVerifier()
  const pending = { client, redirect, state, challenge, scopes, verifier: own.verifier, person }
  return entraUrl(request, server, {
    // With `openid` the answer says who it was.
    scope: [...scopes, ...(offline ? ['offline_access'] : []), ...(person === undefined ? [] : ['openid'])].join(' '),
    state: server.seals.seal('state', browser, pending, SIGN_IN_SECONDS),
    code_challenge: own.challenge,
    claims: request.claims
  })
}

/** Where the browser goes first if a consent is to be remembered, which is that of a person and not of a browser. */
export const identityUrl = (request: PendingRequest, browser: string, server: Server): string => {
  const own = newVerifier()
  const nonce = randomBytes(16).toString('base64url')
  return entraUrl(request, server, {
    scope: 'openid profile',
    state: server.seals.seal('identity', browser, { request, verifier: own.verifier, nonce }, SIGN_IN_SECONDS),
    code_challenge: own.challenge,
    nonce
  })
}

const entraUrl = (
  { prompt, loginHint, domainHint }: PendingRequest,
  { settings, metadata }: Server,
  parameters: Readonly<Record<string, string | undefined>>
): string => {
  if (metadata.endpoints === undefined) throw new OAuthFault('SLUICE_OAUTH_ENTRA_AWAY')
  return withParameters(metadata.endpoints.authorize, {
    client_id: settings.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: settings.issuer.callback,
    code_challenge_method: 'S256',
    prompt,
    login_hint: loginHint,
    domain_hint: domainHint,
    ...parameters
  })
}
