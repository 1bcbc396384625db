/** Keys of an `origin` entry; none is needed. */
export interface OriginConfig {
  /** Origins of pages that may call, beside the public URL's own. Default: none. */
  readonly allowed: readonly string[]
  /** Hosts, beside loopback ones, by which a gateway with a loopback public URL may be called. Default: none. */
  readonly hosts: readonly string[]
  /** Request header fields that pages may send beside those of MCP. Default: none. */
  readonly allowedHeaders: readonly string[]
}

/** JSON Schema draft-07 of {@link OriginConfig}. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    allowed: {
      description:
        'Origins of pages that may call, beside the public URL’s own: scheme, host and port as the browser names them, without a path. No wildcards.',
      type: 'array',
      items: {
        type: 'string',
        description:
          'Scheme, host and port in lower case as the browser names them; no path, no final slash, no wildcard.',
        pattern: '^[a-z][a-z0-9+.-]*://[^/?#@*\\s]+$',
        examples: ['https://chat.contoso.example']
      },
      uniqueItems: true,
      default: []
    },
    hosts: {
      description:
        'Hosts by which clients may call, beside loopback ones; with a port only that port. Looked at only where the public URL is a loopback address: there a page could reach the gateway by a name of its own (DNS rebinding).',
      type: 'array',
      items: {
        type: 'string',
        description: 'A host, with or without port; no scheme, no path.',
        pattern: '^(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::\\d+)?$',
        examples: ['host.docker.internal']
      },
      uniqueItems: true,
      default: []
    },
    allowedHeaders: {
      description:
        'Request header fields that pages may send beside those of MCP and of trace context. Fields for the MCP server’s own use.',
      type: 'array',
      items: { type: 'string', pattern: "^[A-Za-z0-9!#$%&'+.^_`|~-]+$", examples: ['X-Contoso-Region'] },
      uniqueItems: true,
      default: []
    }
  }
}
