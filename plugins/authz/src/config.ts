import { type CredentialConfig, credentialSchema } from '@sluice/entra-credential'

/** A rule: exactly one of `allow`, `deny` and `require`. */
export interface RuleConfig {
  readonly id?: string
  readonly allow?: string
  readonly deny?: string
  readonly require?: string
}

/** Keys of an `authz` entry. At least one of `rules`, `authContext` and `agents` must be given. */
export interface AuthzConfig {
  readonly rules?: readonly RuleConfig[]
  readonly mode: 'enforce' | 'shadow'
  /** Names and patterns of tools to authentication contexts, c1 to c99. */
  readonly authContext?: Readonly<Record<string, string>>
  readonly agents?: 'any' | 'identifiable' | 'refuse'
  readonly groups?: GroupsConfig
}

/** How groups are found that a token does not list. */
export interface GroupsConfig {
  readonly resolve: 'graph'
  /** The gateway's own application, and how it proves that it is that one. */
  readonly credential: CredentialConfig & { readonly clientId: string }
  /** Origin of Entra ID. */
  readonly authority: string
  /** Origin of Microsoft Graph. */
  readonly graph: string
  /** Whether only security groups count of people, as in tokens with `groupMembershipClaims: SecurityGroup`. */
  readonly securityEnabledOnly: boolean
  /** A duration: how long groups are believed. */
  readonly maxAge: string
  /** A duration: how long a call waits for them. */
  readonly timeout: string
}

const condition = (description: string) => ({ description, type: 'string', minLength: 1, maxLength: 16_384 })

const rule = {
  description: 'A rule in CEL: one of allow, deny and require, and an id for the record.',
  type: 'object',
  additionalProperties: false,
  oneOf: [{ required: ['allow'] }, { required: ['deny'] }, { required: ['require'] }],
  properties: {
    id: {
      description: 'What the rule is called in decisions. Default: its place in the list.',
      type: 'string',
      minLength: 1
    },
    allow: condition('Lets through where it holds. With one allow rule, what none allows is refused.'),
    deny: condition('Refuses where it holds or cannot be told, whatever is allowed.'),
    require: condition('Refuses where it does not hold or cannot be told.')
  }
}

/** JSON Schema draft-07 of {@link AuthzConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  anyOf: [{ required: ['rules'] }, { required: ['authContext'] }, { required: ['agents'] }],
  properties: {
    rules: {
      description: 'Rules on who may call and see which tool, prompt and resource. deny wins over allow.',
      type: 'array',
      items: rule,
      minItems: 1,
      maxItems: 5000
    },
    mode: {
      description:
        'enforce refuses and hides; shadow lets everything through and records what would have been refused.',
      enum: ['enforce', 'shadow'],
      default: 'enforce'
    },
    authContext: {
      description:
        'Tools that need a sign-in that satisfies an authentication context of Conditional Access, by the tool’s name or a pattern in which * is anything: c1 to c99. Of patterns that fit one tool, all count.',
      type: 'object',
      minProperties: 1,
      additionalProperties: { description: 'The context, c1 to c99.', type: 'string', pattern: '^c[1-9][0-9]?$' }
    },
    agents: {
      description:
        'Whether agents may call: any; identifiable, if tokens tell whether one does; refuse, and tokens that do not tell neither. Default: any.',
      enum: ['any', 'identifiable', 'refuse']
    },
    groups: {
      description:
        'How the groups of a person are found out whose token has too many to list them. Default: they cannot be told.',
      type: 'object',
      additionalProperties: false,
      required: ['resolve', 'credential'],
      properties: {
        resolve: { description: 'Where: Microsoft Graph.', enum: ['graph'] },
        credential: {
          description:
            'The gateway’s own application, with the permissions User.Read.All (or GroupMember.Read.All and User.ReadBasic.All) and, for the groups of applications, Application.Read.All; and exactly one of secret, certificate and federatedTokenFile.',
          ...credentialSchema,
          required: ['clientId'],
          properties: {
            clientId: { description: 'Its application (client) ID.', type: 'string', minLength: 1 },
            ...credentialSchema.properties
          }
        },
        authority: {
          description: 'Origin of Entra ID.',
          type: 'string',
          default: 'https://login.microsoftonline.com'
        },
        graph: { description: 'Origin of Microsoft Graph.', type: 'string', default: 'https://graph.microsoft.com' },
        securityEnabledOnly: {
          description:
            'Whether only security groups count, as in tokens where groupMembershipClaims of the API is SecurityGroup. false, where it is All: distribution lists and Microsoft 365 groups count, too.',
          type: 'boolean',
          default: true
        },
        maxAge: {
          description: 'How long groups are believed. A duration: 30s, 5m.',
          type: 'string',
          pattern: '^[0-9]{1,9}(ms|s|m|h)$',
          default: '5m'
        },
        timeout: {
          description: 'How long a call waits for them, at most 30s. A duration.',
          type: 'string',
          pattern: '^[0-9]{1,9}(ms|s|m|h)$',
          default: '2s'
        }
      }
    }
  }
}
