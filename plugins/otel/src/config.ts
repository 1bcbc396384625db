import type { ValueSource } from './own-attributes.ts'

/** The value of an attribute: as it stands, or taken from the request. */
export type AttributeValue = string | number | boolean | { readonly from: ValueSource }

/** Keys of an `otel` entry. All are optional. */
export interface OtelConfig {
  /** Share of the traces that begin here. Default: what `OTEL_TRACES_SAMPLER` says. */
  readonly sample?: number
  /** Attributes of every span of kind SERVER. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** Whether bodies are read for their messages. */
  readonly messages: boolean
  /** Whose trace context is continued. */
  readonly parents: 'any' | 'none'
  /** Header fields of a trace that go to the upstream. */
  readonly pass: readonly ('tracestate' | 'baggage')[]
}

/** JSON Schema draft-07 of {@link OtelConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    sample: {
      description:
        'Share of the traces that begin here, 0 to 1; whoever calls within a trace has decided for it. Takes the place of OTEL_TRACES_SAMPLER, by whose default everything is recorded.',
      type: 'number',
      minimum: 0,
      maximum: 1
    },
    attributes: {
      description:
        'Attributes of the spans that the gateway serves (kind SERVER): a value as it stands, or { from: … } one of the request’s. Who calls is in no span unless it is named here.',
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_.]{0,127}$' },
      additionalProperties: {
        description: 'The value of the attribute.',
        anyOf: [
          { type: ['string', 'number', 'boolean'] },
          {
            type: 'object',
            additionalProperties: false,
            required: ['from'],
            properties: {
              from: {
                description:
                  'Where the value is from: the principal (tenant, object, client, kind), or the address of the client.',
                enum: ['tenant', 'object', 'client', 'kind', 'address']
              }
            }
          }
        ]
      },
      default: {}
    },
    messages: {
      description:
        'Whether messages and results are read for a span of each. Without it there is one where other filters of the route read them, and where Mcp-Method names the call.',
      type: 'boolean',
      default: false
    },
    parents: {
      description:
        'Whose trace is continued: any caller’s, or none: then a trace begins at the gateway, and the caller’s is linked.',
      enum: ['any', 'none'],
      default: 'any'
    },
    pass: {
      description:
        'Header fields beside traceparent that go on to the MCP server; what is not named is removed. OTEL_PROPAGATORS with baggage does the same for baggage.',
      type: 'array',
      items: { description: 'A field.', enum: ['tracestate', 'baggage'] },
      uniqueItems: true,
      default: []
    }
  }
}
