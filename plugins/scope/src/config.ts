/** Keys of a `scope` entry. At least one must be given. */
export interface ScopeConfig {
  /** Scopes that a delegated token must all have. Default: delegated tokens are refused. */
  readonly required?: readonly string[]
  /** App roles of which an application's token must have one. Default: such tokens are refused. */
  readonly appRoles?: readonly string[]
}

const names = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, uniqueItems: true }

/** JSON Schema draft-07 of {@link ScopeConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    required: {
      description:
        'Scopes that a person’s token must all have, by their bare names, as tokens carry them: mcp_access, not api://…/mcp_access. Without it people are refused.',
      ...names
    },
    appRoles: {
      description:
        'App roles of which an application’s own token must have at least one. Without it applications are refused.',
      ...names
    }
  }
}
