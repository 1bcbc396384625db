/** Where a key set is: exactly one of the two. */
export interface JwksConfig {
  readonly url?: string
  /** Relative to the folder of the configuration file. */
  readonly file?: string
}

/** Keys of a `jwt-entra` entry. Exactly one of `tenant` and `issuer` must be given. */
export interface JwtEntraConfig {
  /** Tenants of Entra ID whose tokens are accepted, or `organizations`. */
  readonly tenant?: string | readonly string[]
  /** With `tenant: organizations`. */
  readonly tenants?: readonly string[]
  /** With `tenant`. Default: https://login.microsoftonline.com. */
  readonly authority?: string
  /** In place of `tenant`: another OpenID provider, as its tokens carry it in `iss`. */
  readonly issuer?: string
  /** With `issuer`. */
  readonly jwks?: JwksConfig
  /** With `issuer`. Default: any. */
  readonly tokenType?: 'any' | 'at+jwt'
  /** With `issuer`. Default: false. */
  readonly allowWithoutScopes?: boolean
  /** Values of `aud` that are accepted. */
  readonly audiences: readonly string[]
  /** Default: strict. */
  readonly mode?: 'strict' | 'optional'
  /** Default: any client. */
  readonly clients?: readonly string[]
  /** A duration. Default: 60s. */
  readonly clockSkew?: string
  /** A duration. Default: 1h. */
  readonly maxAfterExpiry?: string
  /** A duration. Default: 24h. */
  readonly maxStale?: string
  /** With `tenant`. Default: refuse. */
  readonly deviceBound?: 'refuse' | 'allow'
  readonly cache?: {
    /** Default: 10000. */
    readonly max?: number
  }
}

const guid = { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }
const duration = { type: 'string', pattern: '^[0-9]{1,9}(ms|s|m|h)$' }

/** JSON Schema draft-07 of {@link JwtEntraConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['audiences'],
  oneOf: [{ required: ['tenant'] }, { required: ['issuer'] }],
  dependencies: {
    authority: ['tenant'],
    deviceBound: ['tenant'],
    tenants: ['tenant'],
    issuer: ['jwks'],
    jwks: ['issuer'],
    tokenType: ['issuer'],
    allowWithoutScopes: ['issuer']
  },
  properties: {
    tenant: {
      description:
        'Directory (tenant) id of Entra ID whose tokens are accepted, a GUID, or a list of them; or organizations, with the list under tenants. Other names, such as common, are not tenants.',
      anyOf: [guid, { const: 'organizations' }, { type: 'array', items: guid, minItems: 1, uniqueItems: true }]
    },
    tenants: {
      description:
        'With tenant: organizations, the ids of the tenants whose tokens are accepted. Anybody can make an organization: there is no way to accept all.',
      type: 'array',
      items: guid,
      minItems: 1,
      uniqueItems: true
    },
    authority: {
      // No default here, nor at other keys that go with one provider: it would be there beside the other one, too.
      description:
        'Where the tenants live: another cloud, External ID or an emulator. Default: https://login.microsoftonline.com. https, except on loopback.',
      type: 'string'
    },
    issuer: {
      description: 'In place of tenant: another OpenID provider, exactly as its tokens carry it in iss. Needs jwks.',
      type: 'string',
      pattern: '^[!-~]+$',
      examples: ['https://id.contoso.example/realms/mcp']
    },
    jwks: {
      description: 'Where the signing keys (JWK set) of issuer are: either url or file.',
      type: 'object',
      additionalProperties: false,
      oneOf: [{ required: ['url'] }, { required: ['file'] }],
      properties: {
        url: {
          description: 'The jwks_uri of the provider’s metadata. https, except on loopback.',
          type: 'string',
          minLength: 1
        },
        file: {
          description:
            'A file with the JWK set, read again when it changes. A relative path starts at the folder of the configuration file.',
          type: 'string',
          minLength: 1
        }
      }
    },
    tokenType: {
      description:
        'at+jwt accepts only tokens whose typ says that they are access tokens (RFC 9068); any, the default, also JWT or no typ.',
      enum: ['any', 'at+jwt']
    },
    allowWithoutScopes: {
      description:
        'Whether a token of issuer passes that has neither scopes nor roles. Default: false. With it set tokenType: at+jwt, too: ID tokens have neither.',
      type: 'boolean'
    },
    audiences: {
      description:
        'Values of aud that are accepted. With Entra the API’s client id and, for version 1 tokens, its identifier URIs. A URI also matches with one trailing slash.',
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      uniqueItems: true
    },
    mode: {
      description:
        'strict refuses a request without a token; optional lets it pass without a principal. A bad token is refused in both.',
      enum: ['strict', 'optional'],
      default: 'strict'
    },
    clients: {
      description: 'Client ids that may call: azp or appid of Entra, a GUID; client_id or azp of issuer. Default: any.',
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      uniqueItems: true
    },
    clockSkew: {
      description: 'How far clocks may differ when exp, nbf and iat are checked, at most 5m.',
      ...duration,
      default: '60s'
    },
    maxAfterExpiry: {
      description:
        'How long a call that is under way may go on after its token expired, at most 24h. Streams that stay open by themselves (GET, subscriptions/listen) end when it does, clockSkew included.',
      ...duration,
      default: '1h'
    },
    maxStale: {
      description: 'How long a key set is believed that could not be refreshed, at least 1m. After it: 503.',
      ...duration,
      default: '24h'
    },
    deviceBound: {
      description: 'What happens to a device-bound token (cnf) of Entra that is sent as Bearer. Default: refuse.',
      enum: ['refuse', 'allow']
    },
    cache: {
      description: 'Memory of verified tokens.',
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        max: {
          description: 'Verified tokens remembered, about 4 kB each.',
          type: 'integer',
          minimum: 1,
          maximum: 1_000_000,
          default: 10_000
        }
      }
    }
  }
}
