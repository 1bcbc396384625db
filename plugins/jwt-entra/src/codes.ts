/** Why a request was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 415 | 503 | 504
  /** `error` of the Bearer challenge (RFC 6750 section 3.1); without it the challenge has none. */
  readonly error?: 'invalid_request' | 'invalid_token'
  /** A sentence; also the challenge's `error_description`, so ASCII without quotes. */
  readonly meaning: string
  readonly fix: string
}

const badRequest = (meaning: string, fix: string) => ({ status: 400, error: 'invalid_request', meaning, fix }) as const
const badToken = (meaning: string, fix: string) => ({ status: 401, error: 'invalid_token', meaning, fix }) as const
const noToken = (meaning: string, fix: string) => ({ status: 401, meaning, fix }) as const
const forbidden = (meaning: string, fix: string) => ({ status: 403, meaning, fix }) as const
const unavailable = (meaning: string, fix: string) => ({ status: 503, meaning, fix }) as const

const outOfTime = (meaning: string, fix: string) => ({ status: 504, meaning, fix }) as const

const signInAgain = 'Sign in again and send the new access token.'
const asIssued = 'Send the access token exactly as it was issued.'

/** Every refusal of jwt-entra by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_AUTH_TOKEN_MISSING: noToken(
    'The request carries no access token.',
    'Sign in and send the access token as Authorization: Bearer.'
  ),
  SLUICE_AUTH_SCHEME_UNSUPPORTED: noToken(
    'The Authorization scheme is not Bearer.',
    'Send the access token as Authorization: Bearer.'
  ),
  SLUICE_AUTH_PROOF_UNSUPPORTED: noToken(
    'Proof-of-possession schemes (PoP, DPoP) are not supported here.',
    'Request a bearer token; Entra ID issues no DPoP tokens and this gateway checks no signed requests.'
  ),
  SLUICE_AUTH_CREDENTIALS_REPEATED: badRequest(
    'The request carries more than one Authorization header.',
    'Send exactly one; look for a proxy in front that adds its own.'
  ),
  SLUICE_AUTH_TOKEN_IN_QUERY: badRequest(
    'Access tokens are not taken from the query.',
    'Send the token in the Authorization header, and treat the one in the URL as disclosed.'
  ),
  SLUICE_AUTH_FORM_REFUSED: {
    status: 415,
    meaning: 'Form-encoded bodies, which could carry an access token, are not accepted.',
    fix: 'Send JSON, and the token in the Authorization header.'
  },
  SLUICE_AUTH_TOKEN_MALFORMED: badToken('The token is not a well-formed JWT.', asIssued),
  SLUICE_AUTH_TOKEN_TOO_LARGE: badToken(
    'The token is longer than 16 KiB.',
    'Reduce its claims: assign groups to the application, or use app roles.'
  ),
  SLUICE_AUTH_TOKEN_ENCRYPTED: badToken(
    'The token is encrypted (JWE).',
    'Turn token encryption off for the API registration; tokens of consumer accounts are not accepted.'
  ),
  SLUICE_AUTH_ALGORITHM_NONE: badToken('The token is not signed (alg none).', asIssued),
  SLUICE_AUTH_ALGORITHM_SYMMETRIC: badToken('The token is signed with a shared secret (alg HS).', asIssued),
  SLUICE_AUTH_ALGORITHM_REFUSED: badToken(
    'The token is not signed with an algorithm that is accepted here.',
    'Entra ID signs with RS256. Other providers may use RS, PS, ES or EdDSA, and only what the key itself is for.'
  ),
  SLUICE_AUTH_KEY_EMBEDDED: badToken('The token brings a key or the address of one (jwk, jku, x5c, x5u).', asIssued),
  SLUICE_AUTH_HEADER_CRITICAL: badToken('The token has critical header extensions (crit).', asIssued),
  SLUICE_AUTH_PAYLOAD_UNENCODED: badToken('The token has a b64 header.', asIssued),
  SLUICE_AUTH_GRAPH_TOKEN: badToken(
    'This is a Microsoft Graph token, not one for this API.',
    'Request a scope of this API in full form, <identifier URI>/<scope>, not a bare name or a Graph scope.'
  ),
  SLUICE_AUTH_TYPE_REFUSED: badToken(
    'The typ of the token is not that of an access token.',
    'Send the access token; with tokenType: at+jwt the provider must issue tokens of RFC 9068.'
  ),
  SLUICE_AUTH_KEY_ID_MISSING: badToken('The token names no signing key (kid).', asIssued),
  SLUICE_AUTH_VERSION_REFUSED: badToken('The token version (ver) is neither 1.0 nor 2.0.', asIssued),
  SLUICE_AUTH_TENANT_REFUSED: badToken(
    'The token is from a tenant that is not accepted here.',
    'Sign in with an account of the right tenant, or add the tenant to the key tenant.'
  ),
  SLUICE_AUTH_KEY_UNKNOWN: badToken(
    'The tenant or issuer has no such signing key.',
    'Sign in again; if it persists, check that the key authority or jwks belongs to who issued the token.'
  ),
  SLUICE_AUTH_KEY_FOREIGN: badToken(
    'The signing key belongs to another issuer.',
    'Sign in with an account of the right tenant; the key must not vouch for this one.'
  ),
  SLUICE_AUTH_SIGNATURE_INVALID: badToken('The signature does not match.', asIssued),
  SLUICE_AUTH_CLAIMS_MALFORMED: badToken('A required claim is missing or of the wrong type.', asIssued),
  SLUICE_AUTH_ISSUER_REFUSED: badToken(
    'The issuer (iss) is not the one that is accepted here.',
    'Check that the key authority names the cloud that issued the token, or that the key issuer is iss to the letter.'
  ),
  SLUICE_AUTH_TOKEN_EXPIRED: badToken('The token has expired.', signInAgain),
  SLUICE_AUTH_TOKEN_NOT_YET_VALID: badToken(
    'The token is not valid yet.',
    'Check the clock of the gateway; the key clockSkew allows for small differences.'
  ),
  SLUICE_AUTH_AUDIENCE_REFUSED: badToken(
    'The token is for another API (aud).',
    'Request a token for this API, or add the aud of its tokens (with Entra ID its client id or identifier URI) to the key audiences.'
  ),
  SLUICE_AUTH_ID_TOKEN: badToken('This is an ID token.', 'Send the access token of the sign-in.'),
  SLUICE_AUTH_KIND_UNKNOWN: badToken(
    'The token is neither a delegated nor an application access token.',
    'Request a scope of this API; for an application without a user, configure the optional claim idtyp. With issuer: a scope or a role, or set allowWithoutScopes.'
  ),
  SLUICE_AUTH_KIND_CONTRADICTORY: badToken(
    'The token has marks of both a user and an application.',
    'Check the optional claims and claims mapping of the API registration.'
  ),
  SLUICE_AUTH_CLIENT_REFUSED: forbidden(
    'The client application is not allowed here.',
    'Use an allowed client, or add its id to the key clients.'
  ),
  SLUICE_AUTH_DEVICE_BOUND: forbidden(
    'The token is bound to a device or key (cnf) but was sent as Bearer, as clients do that use a broker (WAM).',
    'Exempt the client from Token Protection or turn its broker off, or set deviceBound: allow to take such tokens as bearer tokens. With issuer: request tokens without DPoP or mutual TLS.'
  ),
  SLUICE_AUTH_ROLES_MISSING: forbidden(
    'The application has no app role of this API.',
    'Assign an app role of the API to the application and grant admin consent.'
  ),
  SLUICE_AUTH_KEYS_UNAVAILABLE: unavailable(
    'The signing keys of the tenant or issuer could not be fetched.',
    'Try again shortly; the log of the gateway says why and keeps trying.'
  ),
  SLUICE_AUTH_KEYS_STALE: unavailable(
    'The signing keys of the tenant or issuer were not refreshed for longer than maxStale.',
    'Restore the way from the gateway to the authority or jwks; the log says what fails.'
  ),
  SLUICE_AUTH_OVERLOADED: unavailable(
    'More requests with tokens that are not known yet are waiting than the gateway can verify.',
    'Try again shortly; sluice_auth_outcomes_total tells the operator what is being refused.'
  ),
  SLUICE_AUTH_TOKEN_OUTLIVED: outOfTime(
    'The token expired while the stream was open, or longer than maxAfterExpiry before the call was done.',
    'A stream: connect anew with a new token, as MCP clients do by themselves. A call: it may have been carried out, so look before sending it again; for calls that take longer raise maxAfterExpiry.'
  )
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals

/** What will hurt though it is no error, and what to write instead. */
export interface Warning {
  readonly meaning: string
  readonly fix: string
}

/** Every warning of jwt-entra by its code, as in the log at load. */
export const warnings = {
  SLUICE_AUTH_ID_TOKENS_PASS: {
    meaning: 'ID tokens of the issuer pass where their aud is accepted: a token needs neither scopes nor a typ.',
    fix: 'Set tokenType: at+jwt, or take allowWithoutScopes out.'
  }
} as const satisfies Record<string, Warning>

/** A code of {@link warnings}. */
export type WarningCode = keyof typeof warnings
