/** One entry of the file: whoever fits all that it names is revoked. At least one of `object`, `client` and `issuedBefore` is there. */
export interface RevocationEntry {
  /** Tenant id; for another OpenID provider than Entra its issuer. */
  readonly tenant?: string
  /** Object id of a person or service principal; for another OpenID provider `sub`. Only beside `tenant`. */
  readonly object?: string
  /** Client id of an application. */
  readonly client?: string
  /** RFC 3339. Tokens that were issued earlier, and those that do not say when. */
  readonly issuedBefore?: string
  /** RFC 3339. From then on the entry means nothing. */
  readonly until?: string
  /** For the operators alone. */
  readonly reason?: string
}

/** What the file is. */
export interface RevocationList {
  readonly revoked: readonly RevocationEntry[]
}

const time = (description: string) => ({
  description: `${description} A time with its zone (RFC 3339).`,
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$',
  examples: ['2026-11-24T10:00:00Z']
})

const id = (description: string) => ({ description, type: 'string', minLength: 1 })

/** JSON Schema draft-07 of {@link RevocationList}. */
export const listSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['revoked'],
  properties: {
    revoked: {
      description: 'A list of entries; [] for none.',
      type: 'array',
      items: {
        description: 'Whoever fits all that an entry names is revoked.',
        type: 'object',
        additionalProperties: false,
        anyOf: [{ required: ['object'] }, { required: ['client'] }, { required: ['issuedBefore'] }],
        dependencies: { object: ['tenant'] },
        properties: {
          tenant: id('Tenant id, a GUID; for another OpenID provider than Entra ID its issuer.'),
          object: id('Object id of a person or service principal, a GUID; for another OpenID provider sub.'),
          client: id('Client id of an application, a GUID; for another OpenID provider what it calls the client.'),
          issuedBefore: time('Tokens that were issued earlier are revoked, and those that do not say when.'),
          until: time('From then on the entry means nothing.'),
          reason: { description: 'For the operators alone: it is never shown to anybody.', type: 'string' }
        }
      }
    }
  }
} as const
