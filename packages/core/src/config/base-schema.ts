/** Characters of a path segment that need no encoding (RFC 3986 section 3.3), without the wildcard. */
const SEGMENT = "[A-Za-z0-9._~!$&'()+,;=:@-]+"

/** More threads than a machine has cores serve nobody. */
const MOST_WORKERS = 128

/** `500ms 30s 5m 1h` */
const duration = (description: string, fallback: string) => ({
  type: 'string',
  pattern: '^\\d{1,9}(ms|s|m|h)$',
  description: `${description} A duration: 500ms, 30s, 5m, 1h.`,
  default: fallback
})

const address = <More extends object>(what: string, port: number, more: More) => ({
  type: 'object',
  additionalProperties: false,
  description: what,
  default: {},
  properties: {
    host: { type: 'string', minLength: 1, description: 'Address to listen on.', default: '127.0.0.1' },
    port: {
      type: 'integer',
      minimum: 0,
      maximum: 65535,
      description: 'Port, 0 to 65535; 0 takes a free one.',
      default: port
    },
    ...more
  }
})

const pem = (description: string) => ({
  type: 'string',
  minLength: 1,
  description: `${description} A file in PEM; a relative path starts at the folder of this file. Read again when it changes.`
})

const listenTls = {
  type: 'object',
  additionalProperties: false,
  required: ['cert', 'key'],
  description: 'Makes the public listener speak TLS. Without it something in front does.',
  properties: {
    cert: pem('The certificate, followed by those that lead to its authority.'),
    key: pem('The private key, without a passphrase.')
  }
}

const upstreamTls = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  dependencies: { cert: ['key'], key: ['cert'] },
  description: 'How the upstream is trusted, and what is shown to it. Only for https.',
  properties: {
    ca: pem('The authorities that are believed, in place of those that Node knows.'),
    cert: pem('The certificate that the gateway shows, followed by those that lead to its authority.'),
    key: pem('The private key of cert, without a passphrase.')
  }
}

const filters = (description: string) => ({
  type: 'array',
  description,
  default: [],
  items: {
    type: 'object',
    description: 'One filter: its name, and under it its configuration.',
    examples: [{ scope: { required: ['mcp_access'] } }]
  }
})

const origin = (description: string) => ({
  type: 'string',
  pattern: '^https?://[^/?#@\\s]+$',
  description,
  examples: ['https://mcp.contoso.example']
})

const upstream = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  description: 'The MCP server: its URL, or a map with the key url.',
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://[^/?#@\\s]+(/[^?#\\s]*)?$',
      description: 'URL of the MCP server: http or https, without user, query and fragment.',
      examples: ['http://127.0.0.1:3001/mcp']
    },
    timeouts: {
      type: 'object',
      additionalProperties: false,
      description: 'How long the upstream may take. A stream may be idle as long as it likes.',
      default: {},
      properties: {
        connect: duration('Until a connection is made.', '5s'),
        headers: duration('From the end of the request until the head of the answer.', '5m')
      }
    },
    connections: {
      type: 'integer',
      minimum: 1,
      description:
        'Connections at the most, beyond which requests wait for as long as their clients do; without it as many as there are requests under way.'
    },
    tls: upstreamTls,
    cookies: { type: 'boolean', description: "Whether the client's cookies go to the upstream.", default: false }
  }
}

const route = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'path', 'upstream'],
  description: 'What clients reach under one path, and the MCP server behind it.',
  properties: {
    name: {
      type: 'string',
      pattern: '^(?!(?:-|global)$)[a-z0-9-_.]+$',
      description: 'Name in logs, metrics and identities: lower-case letters, digits, - _ . (not - alone, not global).',
      examples: ['everything']
    },
    path: {
      type: 'string',
      pattern: `^(?:/|(?:/${SEGMENT})+|(?:/${SEGMENT})*/\\*)$`,
      description:
        'Path: exact, or everything below it with /* at the end. No trailing slash, dot segment, query or encoding.',
      examples: ['/entra/mcp']
    },
    host: {
      type: 'string',
      pattern: '^[a-zA-Z0-9.-]+(:\\d+)?$',
      description: 'Only requests for this host; without it any host. Wants a publicUrl.'
    },
    publicUrl: origin('The origin that clients of this route use, if it is not the one of the whole gateway.'),
    upstream,
    filters: filters('Filters of this route, run after the global ones, in this order.')
  }
}

/** JSON Schema draft-07 of the configuration, without what the plugins say of theirs. */
export const baseSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['publicUrl', 'routes'],
  properties: {
    publicUrl: origin('The origin that clients use: https, or http on a loopback address. No path.'),
    listen: address('The public listener.', 8080, { tls: listenTls }),
    admin: address('The admin listener: /metrics, /livez, /readyz. Never make it public.', 9090, {}),
    workers: {
      anyOf: [{ type: 'integer', minimum: 1, maximum: MOST_WORKERS }, { const: 'auto' }],
      description: `Threads that serve: 1 to ${MOST_WORKERS}, or auto for one a core.`,
      default: 1,
      examples: ['auto', 4]
    },
    trustedProxies: {
      type: 'array',
      items: { type: 'string', description: 'A CIDR or an address.', examples: ['10.0.0.0/8'] },
      description: 'Peers whose X-Forwarded-* and X-Request-Id are believed.',
      default: []
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      description: 'Sizes.',
      default: {},
      properties: {
        headerBytes: {
          type: 'string',
          pattern: '^\\d+(B|KiB|MiB)$',
          description: 'The request head at the most. A size: 512B, 32KiB, 1MiB.',
          default: '32KiB'
        },
        mcpBodyBytes: {
          type: 'string',
          pattern: '^\\d+(B|KiB|MiB)$',
          description:
            'A request body at the most on routes whose filters read MCP messages; on others it is streamed, however long. A size: 512KiB, 4MiB.',
          default: '4MiB'
        },
        mcpResultBytes: {
          type: 'string',
          pattern: '^\\d+(B|KiB|MiB)$',
          description:
            'A JSON answer, or one event of a stream, at the most on routes whose filters read MCP results. A size: 1MiB, 16MiB.',
          default: '16MiB'
        }
      }
    },
    shutdown: {
      type: 'object',
      additionalProperties: false,
      description: 'How the gateway stops.',
      default: {},
      properties: {
        delay: duration('Between the signal, when /readyz turns 503, and the end of listening.', '0s'),
        grace: duration('For requests under way to finish; then they are ended.', '25s')
      }
    },
    sealing: {
      type: 'object',
      additionalProperties: false,
      description: 'What seals that which clients keep for the gateway, such as session ids.',
      default: {},
      properties: {
        keys: {
          type: 'array',
          description:
            'Secrets of 32 characters or more, the same on all replicas. The first seals, all of them open: to change it, put the new one in front and take the old one out a day later. One may stand there twice.',
          items: {
            type: 'string',
            minLength: 32,
            description: 'A secret: openssl rand -base64 32 makes one.',
            writeOnly: true
          },
          default: []
        }
      }
    },
    filters: filters('Filters of every route, run first, in this order.'),
    routes: { type: 'array', minItems: 1, items: route, description: 'At least one.' }
  }
} as const
