import { type CredentialConfig, credentialSchema } from '@sluice/entra-credential'

/** A client that the operator knows. */
export interface ClientConfig {
  readonly id: string
  readonly name?: string
  readonly redirectUris: readonly string[]
}

/** Keys of an `entra-oauth` entry. */
export interface EntraOauthConfig {
  /** A GUID. */
  readonly tenant: string
  readonly authority: string
  /** The gateway's own application at Entra. */
  readonly clientId: string
  readonly credential: CredentialConfig
  /** In request form, all of one API. */
  readonly scopes: readonly string[]
  readonly clients: readonly ClientConfig[]
  readonly registration: 'off' | 'dcr' | 'cimd' | 'both'
  readonly redirectHosts: readonly string[]
  readonly prompt: 'client' | 'select_account' | 'login'
  readonly offlineAccess: 'always' | 'requested' | 'never'
}

const guid = { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }

/** JSON Schema draft-07 of {@link EntraOauthConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['tenant', 'clientId', 'credential', 'scopes'],
  properties: {
    tenant: {
      description: 'Directory (tenant) id, a GUID, at which people sign in. Several tenants need a route each.',
      ...guid
    },
    authority: {
      description: 'Where the tenant lives: another cloud, External ID or an emulator. https, except on loopback.',
      type: 'string',
      default: 'https://login.microsoftonline.com'
    },
    clientId: {
      description:
        'Application (client) id of the gateway’s own registration at Entra, a GUID. Its redirect URI is <issuer>/callback, on the platform Web.',
      ...guid
    },
    credential: {
      description:
        'How the gateway proves to Entra that it is that application: exactly one of secret, certificate and federatedTokenFile.',
      ...credentialSchema
    },
    scopes: {
      description:
        'Scopes that clients may have, as Entra is asked for them: <identifier URI>/<name>, all of one API. A client that names none gets all.',
      type: 'array',
      items: { type: 'string', pattern: '^[!#-\\[\\]-~]+/[!#-\\[\\]-~]+$' },
      minItems: 1,
      uniqueItems: true
    },
    clients: {
      description: 'Clients that are known beforehand.',
      type: 'array',
      default: [],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'redirectUris'],
        properties: {
          id: {
            description: 'The client id that the client is given. Any text without spaces; no https URL.',
            type: 'string',
            pattern: '^(?!https?:)[!#-\\[\\]-~]{1,200}$'
          },
          name: { description: 'What people read on the consent page. Default: the id.', type: 'string', minLength: 1 },
          redirectUris: {
            description:
              'Where codes may be sent, compared byte for byte; of a loopback one (http://127.0.0.1/…) the port is free.',
            type: 'array',
            items: { type: 'string', minLength: 1 },
            minItems: 1,
            uniqueItems: true
          }
        }
      }
    },
    registration: {
      description:
        'How clients that are not known beforehand introduce themselves: dcr (RFC 7591), cimd (Client ID Metadata Documents), both, or off.',
      enum: ['off', 'dcr', 'cimd', 'both'],
      default: 'off'
    },
    redirectHosts: {
      description:
        'Where, beside loopback, clients that introduce themselves may have codes sent: whole https redirect URIs, byte for byte; or hosts, with the port if it is not 443, of which every path and query is allowed then.',
      type: 'array',
      items: {
        type: 'string',
        pattern: '^(https://[a-z0-9].*|[a-z0-9.-]+(:[0-9]{1,5})?)$',
        examples: ['https://claude.ai/api/mcp/auth_callback']
      },
      uniqueItems: true,
      default: []
    },
    prompt: {
      description:
        'What Entra shows: as the client asks (client; consent is never passed on), the list of accounts (select_account), or a fresh sign-in (login).',
      enum: ['client', 'select_account', 'login'],
      default: 'client'
    },
    offlineAccess: {
      description:
        'Who gets refresh tokens: every client (always), those that ask for offline_access, or none (never).',
      enum: ['always', 'requested', 'never'],
      default: 'always'
    }
  }
}
