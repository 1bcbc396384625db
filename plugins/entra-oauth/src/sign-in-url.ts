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
 * @throws OAuthFault as long as the metadata of Entra was not fetched
 */
export const signInUrl = (request: PendingRequest, browser: string, server: Server): string => {
  const { settings, metadata, seals } = server
  if (metadata.endpoints === undefined) throw new OAuthFault('SLUICE_OAUTH_ENTRA_AWAY')
  const { client, redirect, state, challenge, scopes } = request
  const own = newVerifier()
  const pending = { client, redirect, state, challenge, scopes, verifier: own.verifier }
  return withParameters(metadata.endpoints.authorize, {
    client_id: settings.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: settings.issuer.callback,
    scope: [...scopes, ...(request.offline ? ['offline_access'] : [])].join(' '),
    state: seals.seal('state', browser, pending, SIGN_IN_SECONDS),
    code_challenge: own.challenge,
    code_challenge_method: 'S256',
    prompt: request.prompt,
    claims: request.claims,
    login_hint: request.loginHint,
    domain_hint: request.domainHint
  })
}
