/** Keys of a `prm` entry. Exactly one of `tenant` and `authorizationServers` must be given. */
export interface PrmConfig {
  /** A GUID. */
  readonly tenant?: string
  /** Default: https://login.microsoftonline.com. */
  readonly authority?: string
  /** Issuers, as their own metadata spells them. */
  readonly authorizationServers?: readonly string[]
  /** Default: the route's public URL. */
  readonly resource?: string
  /** In request form. */
  readonly scopesSupported?: readonly string[]
  readonly resourceName?: string
  readonly resourceDocumentation?: string
  readonly resourcePolicyUri?: string
  /** More members of the document. */
  readonly extra?: Readonly<Record<string, unknown>>
}

const url = { type: 'string', pattern: '^https?://[^\\s#]+$' }

/** JSON Schema draft-07 of {@link PrmConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tenant: {
      description:
        'Directory (tenant) id, a GUID, whose version 2 issuer is the authorization server. Not common or organizations: clients refuse an issuer that does not match its metadata.',
      type: 'string',
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
    },
    authority: {
      description: 'Where the tenant lives. Default: https://login.microsoftonline.com. https, except on loopback.',
      ...url
    },
    authorizationServers: {
      description: 'Issuers of other authorization servers, in place of tenant, spelled as in their own metadata.',
      type: 'array',
      items: url,
      minItems: 1,
      uniqueItems: true
    },
    resource: {
      description: 'Resource identifier that clients send as resource. Default: the route’s public URL.',
      ...url
    },
    scopesSupported: {
      description:
        'Scopes in the form in which clients request them: <identifier URI>/<scope>. Bare names in challenges are completed from here.',
      type: 'array',
      items: { type: 'string', pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' },
      minItems: 1,
      uniqueItems: true
    },
    resourceName: { description: 'Name of the resource for people.', type: 'string', minLength: 1 },
    resourceDocumentation: { description: 'Page for developers who use the resource.', ...url },
    resourcePolicyUri: { description: 'Page that says how data may be used.', ...url },
    extra: {
      description: 'More members of the document; may not replace the ones above.',
      type: 'object',
      additionalProperties: true
    }
  }
}
