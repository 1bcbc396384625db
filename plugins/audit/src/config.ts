/** Keys of an `audit` entry: `file` or `stdout`, and more. */
export interface AuditConfig {
  readonly file?: string
  readonly stdout?: true
  readonly messages: boolean
  readonly arguments: 'none' | 'digest' | 'full'
  /** JSON Pointers (RFC 6901) into the arguments. */
  readonly redact: readonly string[]
  readonly names: boolean
  readonly durable: boolean
  readonly onFull: 'refuse' | 'continue'
  readonly checkpoint?: {
    /** A number of records, or a duration. */
    readonly every: number | string
    /** PEM of an Ed25519 private key. */
    readonly key: string
  }
  readonly rotate?: {
    /** A size. */
    readonly size: string
    /** Default: all. */
    readonly keep?: number
  }
}

/** JSON Schema draft-07 of {@link AuditConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  oneOf: [{ required: ['file'] }, { required: ['stdout'] }],
  properties: {
    file: {
      description: 'The file that records are added to, one a line; it is made with mode 0600. One process a file.',
      type: 'string',
      minLength: 1
    },
    stdout: {
      description: 'Records go to standard output, among the lines of the log, in place of a file.',
      const: true
    },
    messages: {
      description:
        'MCP messages and results are read, so that each call has records of its own with method, tool and result. Without it bodies are streamed and one pair of records tells of the whole request.',
      type: 'boolean',
      default: true
    },
    arguments: {
      description:
        'What is recorded of the arguments of a call: nothing; a keyed digest (HMAC-SHA-256 under sealing.keys); or all but what redact names and what looks like a credential.',
      enum: ['none', 'digest', 'full'],
      default: 'none'
    },
    redact: {
      description: 'JSON Pointers into the arguments, as /customer/iban: what they point to is never recorded.',
      type: 'array',
      items: { description: 'A JSON Pointer (RFC 6901).', type: 'string', pattern: '^(/([^~]|~[01])*)*$' },
      uniqueItems: true,
      default: []
    },
    names: {
      description: 'Whether the display name of the person is recorded beside the object id.',
      type: 'boolean',
      default: false
    },
    durable: {
      description:
        'Whether nothing is forwarded or answered before its decision is on the disk (fdatasync). Without it records are written within 100 ms.',
      type: 'boolean',
      default: false
    },
    onFull: {
      description:
        'What happens to requests while records cannot be written: refuse answers 503, continue serves them, and the trail says how many records it lacks.',
      enum: ['refuse', 'continue'],
      default: 'refuse'
    },
    checkpoint: {
      description: 'Signed records at intervals: what is in front of one cannot be changed without its key.',
      type: 'object',
      additionalProperties: false,
      required: ['key'],
      properties: {
        every: {
          description: 'A duration (30s, 1m) from the first record that is not signed, or a number of records.',
          oneOf: [
            { type: 'string', pattern: '^[0-9]{1,9}(ms|s|m|h)$' },
            { type: 'integer', minimum: 1, maximum: 1_000_000 }
          ],
          default: '1m'
        },
        key: {
          description: 'The private key, Ed25519, as PEM (PKCS #8): "${file:/run/secrets/audit.pem}".',
          type: 'string',
          writeOnly: true
        }
      }
    },
    rotate: {
      description: 'When another file is begun. The chain goes on in it.',
      type: 'object',
      additionalProperties: false,
      required: ['size'],
      properties: {
        size: {
          description: 'The size at which the file is renamed to FILE.<number of its last record>: 64MiB.',
          type: 'string',
          pattern: '^[0-9]+(B|KiB|MiB)$'
        },
        keep: {
          description: 'How many renamed files stay; the oldest are deleted. Default: all.',
          type: 'integer',
          minimum: 1
        }
      }
    }
  }
}
