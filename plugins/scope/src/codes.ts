/** Why a request was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 200 | 401 | 403
  /** `error` of the Bearer challenge (RFC 6750 section 3.1). */
  readonly error?: 'insufficient_scope'
  /** A sentence; also the challenge's `error_description`, so ASCII without quotes. */
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of scope by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_SCOPE_SIGN_IN_REQUIRED: {
    status: 401,
    meaning: 'This needs a signed-in caller.',
    fix: 'Sign in and send the access token as Authorization: Bearer.'
  },
  SLUICE_SCOPE_INSUFFICIENT: {
    status: 403,
    error: 'insufficient_scope',
    meaning: 'The token lacks a scope that is needed here.',
    fix: 'Request a token with all scopes of the challenge.'
  },
  SLUICE_SCOPE_ROLE_MISSING: {
    status: 403,
    meaning: 'The application has none of the app roles that are needed here.',
    fix: 'Assign one of them to the application and grant admin consent.'
  },
  SLUICE_SCOPE_APP_REFUSED: {
    status: 403,
    meaning: 'Applications without a user are not accepted here.',
    fix: 'Call on behalf of a user, or set appRoles to the roles that let applications in.'
  },
  SLUICE_SCOPE_USER_REFUSED: {
    status: 403,
    meaning: 'Only applications without a user are accepted here.',
    fix: 'Call with the client credentials of an application, or set required to the scopes that let users in.'
  },
  SLUICE_SCOPE_NAME_AMBIGUOUS: {
    status: 200,
    meaning: 'The name is no text, or spelled so that the server could read it as another one.',
    fix: 'Spell it as the lists do: without invisible characters, dot segments and needless escapes; a URI as URL parsers write it.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
