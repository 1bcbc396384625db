/** What an operation needs: scopes, all of them, or scopes of people and app roles of applications. */
export type NeedsConfig =
  | readonly string[]
  | { readonly scopes?: readonly string[]; readonly appRoles?: readonly string[] }

/** Names and patterns of operations to what they need. */
export type OperationsConfig = Readonly<Record<string, NeedsConfig>>

/** Keys of a `scope` entry. At least one of all but `includes` and `hide` must be given. */
export interface ScopeConfig {
  /** Scopes that a delegated token must all have. Default: delegated tokens are refused, unless operations alone are limited. */
  readonly required?: readonly string[]
  /** App roles of which an application's token must have one. Default: the same of such tokens. */
  readonly appRoles?: readonly string[]
  readonly methods?: OperationsConfig
  readonly tools?: OperationsConfig
  readonly resources?: OperationsConfig
  /** Scopes and roles to those that they include. */
  readonly includes?: Readonly<Record<string, readonly string[]>>
  readonly hide?: boolean
}

const names = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, uniqueItems: true }

const operations = (description: string) => ({
  description: `${description} * stands for any characters. Of several that fit all count. The value is a list of scopes, or a map of scopes and appRoles.`,
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    description: 'Scopes that a person’s token must all have, or a map of scopes and appRoles.',
    anyOf: [
      names,
      {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        properties: {
          scopes: {
            description: 'Scopes that a person’s token must all have. Without it people are refused.',
            ...names
          },
          appRoles: {
            description:
              'App roles of which an application’s token must have one. Without it applications are refused.',
            ...names
          }
        }
      }
    ]
  }
})

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
    },
    methods: operations('What methods need beside that, by name or pattern: tools/call, prompts/*.'),
    tools: operations('What calls of tools need beside that, by name or pattern.'),
    resources: operations('What reading and subscribing to resources needs beside that, by URI or pattern.'),
    includes: {
      description: 'Scopes and app roles that include others: who has the one has those, too.',
      type: 'object',
      minProperties: 1,
      additionalProperties: { description: 'What it includes.', ...names }
    },
    hide: {
      description: 'Whether tools, prompts and resources are left out of lists for who lacks what they need.',
      type: 'boolean',
      default: false
    }
  }
}
