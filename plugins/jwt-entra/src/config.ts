/** Keys of a `jwt-entra` entry. */
export interface JwtEntraConfig {
  /** Tenants whose tokens are accepted. */
  readonly tenant: string | readonly string[]
  /** Default: https://login.microsoftonline.com. */
  readonly authority?: string
  /** Values of `aud` that are accepted. */
  readonly audiences: readonly string[]
  /** Default: strict. */
  readonly mode?: 'strict' | 'optional'
  /** Default: any client. */
  readonly clients?: readonly string[]
  /** A duration. Default: 60s. */
  readonly clockSkew?: string
  /** A duration. Default: 24h. */
  readonly maxStale?: string
  /** Default: refuse. */
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
  required: ['tenant', 'audiences'],
  properties: {
    tenant: {
      description:
        'Directory (tenant) id whose tokens are accepted, a GUID, or a list of them. Names such as common or organizations are not tenants.',
      anyOf: [guid, { type: 'array', items: guid, minItems: 1, uniqueItems: true }]
    },
    authority: {
      description: 'Where the tenants live: another cloud, External ID or an emulator. https, except on loopback.',
      type: 'string',
      default: 'https://login.microsoftonline.com'
    },
    audiences: {
      description:
        'Values of aud that are accepted: the API’s client id and, for version 1 tokens, its identifier URIs. A URI also matches with one trailing slash.',
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
      description: 'Client ids (azp or appid) that may call. Default: any.',
      type: 'array',
      items: guid,
      minItems: 1,
      uniqueItems: true
    },
    clockSkew: {
      description: 'How far clocks may differ when exp and nbf are checked, at most 5m.',
      ...duration,
      default: '60s'
    },
    maxStale: {
      description: 'How long a key set is believed that could not be refreshed, at least 1m. After it: 503.',
      ...duration,
      default: '24h'
    },
    deviceBound: {
      description: 'What happens to a device-bound token (cnf) that is sent as Bearer.',
      enum: ['refuse', 'allow'],
      default: 'refuse'
    },
    cache: {
      description: 'Memory of verified tokens.',
      type: 'object',
      additionalProperties: false,
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
