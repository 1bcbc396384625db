/** Why a message was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 200 | 401 | 403
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of authz by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_AUTHZ_REFUSED: {
    status: 200,
    meaning: 'The policy does not let this caller use what the message names, or it does not exist.',
    fix: 'Use what the lists show; the decision in the audit record has the rule that refused.'
  },
  SLUICE_AUTHZ_ARGUMENTS_REFUSED: {
    status: 200,
    meaning: 'The policy lets this caller use the tool, but not with these arguments.',
    fix: 'Call it with other arguments; the decision in the audit record has the rule that refused.'
  },
  SLUICE_AUTHZ_NAME_AMBIGUOUS: {
    status: 200,
    meaning: 'The name is no text, or spelled so that the server could read it as another one.',
    fix: 'Spell it as the lists do: without invisible characters, dot segments and needless escapes; a URI as URL parsers write it.'
  },
  SLUICE_AUTHZ_SIGN_IN_REQUIRED: {
    status: 401,
    meaning: 'This needs a signed-in caller.',
    fix: 'Sign in and send the access token as Authorization: Bearer.'
  },
  SLUICE_AUTHZ_STEP_UP_REQUIRED: {
    status: 401,
    meaning: 'This tool needs a stronger sign-in.',
    fix: 'Sign in again with the claims of the challenge.'
  },
  SLUICE_AUTHZ_STEP_UP_UNSUPPORTED: {
    status: 403,
    meaning: 'This tool needs a stronger sign-in, for which this client does not know how to ask.',
    fix: 'Call it as a person, with a client that declares the capability cp1, or ask the operator for another way to sign in.'
  },
  SLUICE_AUTHZ_AGENT_REFUSED: {
    status: 403,
    meaning: 'Agents are not accepted here.',
    fix: 'Call as a person or an application, or let the operator set agents to any.'
  },
  SLUICE_AUTHZ_AGENT_UNCLEAR: {
    status: 403,
    meaning: 'The token does not tell whether an agent is calling.',
    fix: 'The operator adds the optional claim xms_act_fct to the API, or sets agents to any.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals

/** What a decision of authz says that let a message pass. */
export const permissions = {
  SLUICE_AUTHZ_ALLOWED: { meaning: 'The policy lets this caller do what the message asks; the rule is beside it.' }
} as const
