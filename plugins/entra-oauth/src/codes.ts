/** Why something was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 400 | 502 | 503
  /** The error code of RFC 6749 sections 4.1.2.1 and 5.2, and of RFC 7591 section 3.2.2. */
  readonly error: string
  readonly meaning: string
  readonly fix: string
}

/**
 * Every refusal of entra-oauth by its code. A code keeps its meaning and is never used again for another one. An error
 * that goes back to the client by a redirect has its code in the decision alone.
 */
export const refusals = {
  SLUICE_OAUTH_REQUEST: {
    status: 400,
    error: 'invalid_request',
    meaning: 'A parameter is missing, there twice, too long, or not of its form.',
    fix: 'Send the request as RFC 6749 and RFC 7636 have it.'
  },
  SLUICE_OAUTH_CLIENT: {
    status: 400,
    error: 'invalid_client',
    meaning: 'There is no such client, or its registration has expired.',
    fix: 'Register anew, as clients do of themselves, or ask the operator to add the client to clients.'
  },
  SLUICE_OAUTH_CLIENT_DOCUMENT: {
    status: 400,
    error: 'invalid_client',
    meaning: 'The document that the client id is the address of could not be read, or is not that of a client.',
    fix: 'Serve it by https at exactly that address, without redirects, with the same client_id in it and allowed redirect URIs.'
  },
  SLUICE_OAUTH_REDIRECT_URI: {
    status: 400,
    error: 'invalid_request',
    meaning: 'The redirect URI is not one that the client registered.',
    fix: 'Use exactly a registered one; only the port of a loopback address is free. The operator can add it to clients.'
  },
  SLUICE_OAUTH_RESPONSE_TYPE: {
    status: 400,
    error: 'unsupported_response_type',
    meaning: 'Only the authorization code flow is served.',
    fix: 'Send response_type=code, and response_mode=query or none.'
  },
  SLUICE_OAUTH_PKCE: {
    status: 400,
    error: 'invalid_request',
    meaning: 'PKCE with S256 is required.',
    fix: 'Send code_challenge and code_challenge_method=S256 (RFC 7636).'
  },
  SLUICE_OAUTH_SCOPE: {
    status: 400,
    error: 'invalid_scope',
    meaning: 'A scope was asked for that this server does not give, or that was not granted before.',
    fix: 'Ask for scopes of scopes_supported; the operator can add it to scopes.'
  },
  SLUICE_OAUTH_RESOURCE: {
    status: 400,
    error: 'invalid_target',
    meaning: 'The resource is that of another server: tokens of this one would go there.',
    fix: 'Send the public URL of the route as resource. If a server that is not behind this gateway led the client here, leave it alone.'
  },
  SLUICE_OAUTH_BROWSER: {
    status: 400,
    error: 'access_denied',
    meaning: 'This sign-in was begun in another browser, or too long ago.',
    fix: 'Start again from the app, and finish in the same browser with cookies allowed.'
  },
  SLUICE_OAUTH_DECLINED: {
    status: 400,
    error: 'access_denied',
    meaning: 'The person did not allow the client.',
    fix: 'Nothing, unless it was a mistake: start again from the app.'
  },
  SLUICE_OAUTH_INTERACTION: {
    status: 400,
    error: 'interaction_required',
    meaning: 'The client asked for no interaction (prompt=none), and the person must be asked.',
    fix: 'Ask again without prompt=none.'
  },
  SLUICE_OAUTH_ISSUER: {
    status: 400,
    error: 'server_error',
    meaning: 'The answer names another issuer than the tenant at which the sign-in began (RFC 9207).',
    fix: 'Start again from the app; if it happens again somebody mixes up two sign-ins.'
  },
  SLUICE_OAUTH_GRANT: {
    status: 400,
    error: 'invalid_grant',
    meaning:
      'The code or refresh token is not one of this client, has expired, was used, or its verifier or redirect URI is another.',
    fix: 'Sign in again, as clients do of themselves.'
  },
  SLUICE_OAUTH_OTHER_PERSON: {
    status: 400,
    error: 'invalid_grant',
    meaning: 'Somebody else signed in than the person who allowed the client in this browser.',
    fix: 'Sign in again: within five minutes the person is asked anew.'
  },
  SLUICE_OAUTH_GRANT_TYPE: {
    status: 400,
    error: 'unsupported_grant_type',
    meaning: 'Only authorization_code and refresh_token are served.',
    fix: 'A program without a person asks Entra itself, with a registration of its own.'
  },
  SLUICE_OAUTH_ENTRA_REFUSED: {
    status: 400,
    error: 'invalid_grant',
    meaning: 'Entra refused; error_description has its AADSTS code and what it means here.',
    fix: 'See the table of AADSTS codes in docs/facade.md.'
  },
  SLUICE_OAUTH_ENTRA_SETUP: {
    status: 502,
    error: 'server_error',
    meaning: 'Entra does not accept what the gateway is set up with: its registration, credential or scopes.',
    fix: 'The operator looks up the AADSTS code, which is in the log, in docs/facade.md.'
  },
  SLUICE_OAUTH_ENTRA_AWAY: {
    status: 503,
    error: 'temporarily_unavailable',
    meaning: 'Entra cannot be reached, or its answer cannot be read.',
    fix: 'Try again later.'
  },
  SLUICE_OAUTH_BUSY: {
    status: 503,
    error: 'temporarily_unavailable',
    meaning: 'Too many requests to Entra or to client documents are under way.',
    fix: 'Try again in a second.'
  },
  SLUICE_OAUTH_REGISTRATION: {
    status: 400,
    error: 'invalid_client_metadata',
    meaning: 'The registration is not JSON, asks for more than a public client with the code flow, or is too long.',
    fix: 'Register as a public client: token_endpoint_auth_method none, response_types code.'
  },
  SLUICE_OAUTH_REGISTRATION_URI: {
    status: 400,
    error: 'invalid_redirect_uri',
    meaning: 'A redirect URI of the registration is not allowed here.',
    fix: 'Use http on loopback, or https on a host of redirectHosts, which the operator can add to.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
