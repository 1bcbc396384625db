/** Keys of a `revocation` entry. */
export interface RevocationConfig {
  /** The list. A relative path starts at the folder of the configuration file. */
  readonly file: string
}

/** JSON Schema draft-07 of {@link RevocationConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['file'],
  properties: {
    file: {
      description:
        'The list of who and what is revoked, YAML or JSON; read again when it changes. A relative path starts at the folder of the configuration file.',
      type: 'string',
      minLength: 1,
      examples: ['./revoked.yaml']
    }
  }
} as const
