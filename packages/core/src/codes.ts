import type { Reply } from '@sluice/plugin-api'

/** One row of the catalogue: HTTP status, meaning and cure of a code. */
export interface CodeEntry {
  readonly status: number
  readonly meaning: string
  readonly fix: string
}

/** Every code of the core's own answers. A code is never given another meaning; a retired one is not used again. */
export const codes = {
  SLUICE_REQUEST_MALFORMED: {
    status: 400,
    meaning: 'The bytes that arrived are not an HTTP/1.1 request.',
    fix: 'Look at what the client sends; a TLS client that reaches the plain port is the usual cause.'
  },
  SLUICE_REQUEST_TARGET: {
    status: 400,
    meaning:
      'The request target is not a path, or holds a dot segment, an empty segment, or percent encoding that two servers could read differently.',
    fix: 'Send the path as it stands in the configuration.'
  },
  SLUICE_REQUEST_HOST: {
    status: 400,
    meaning: 'The request names no host, or one that is not well-formed.',
    fix: 'Send one Host field with a name and, where needed, a port.'
  },
  SLUICE_REQUEST_FIELD_REPEATED: {
    status: 400,
    meaning: 'A header field that may stand once stands twice.',
    fix: 'Look at the client, or at a proxy in front that adds its own; the reason names the field.'
  },
  SLUICE_REQUEST_HEADERS_TOO_LARGE: {
    status: 431,
    meaning: 'The request head is larger than `limits.headerBytes`, or has more than 200 fields.',
    fix: 'Raise `limits.headerBytes`; tokens with many groups are the usual cause.'
  },
  SLUICE_REQUEST_TIMEOUT: {
    status: 408,
    meaning: 'The client did not send its whole request in time.',
    fix: 'Look at the network between client and gateway.'
  },
  SLUICE_REQUEST_BODY_TOO_LARGE: {
    status: 413,
    meaning: 'The body is larger than this endpoint or route takes.',
    fix: 'Send a smaller body, or raise `limits.mcpBodyBytes` if it is one of MCP messages.'
  },
  SLUICE_REQUEST_MEDIA_TYPE: {
    status: 415,
    meaning: 'The endpoint or route does not take a body of this content type or coding.',
    fix: 'Send one of the media types that the reason names.'
  },
  SLUICE_MCP_JSON_INVALID: {
    status: 400,
    meaning: 'The body is not JSON in UTF-8 (JSON-RPC error -32700).',
    fix: 'Look at what the client sends.'
  },
  SLUICE_MCP_MESSAGE_INVALID: {
    status: 400,
    meaning:
      'The body is no JSON-RPC message of MCP, or one that two servers could read differently: a member that stands twice, or is named almost like one that decides, or numbers that could not be kept apart where a filter changed it (JSON-RPC error -32600).',
    fix: 'The reason says what is wrong; look at what the client sends.'
  },
  SLUICE_MCP_HEADER_MISMATCH: {
    status: 400,
    meaning:
      '`MCP-Protocol-Version`, `Mcp-Method`, `Mcp-Name` or an `Mcp-Param-*` is missing, stands twice, or is not what the body says (JSON-RPC error -32020).',
    fix: 'The reason names the field; look at the client, or at a proxy in front that changes header fields.'
  },
  SLUICE_ROUTE_NOT_FOUND: {
    status: 404,
    meaning: 'No route and no endpoint has this path on this host.',
    fix: 'Compare the URL with `routes[].path` and `routes[].host`.'
  },
  SLUICE_METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: 'The endpoint does not answer this method.',
    fix: 'Use a method that the `Allow` header names.'
  },
  SLUICE_UPGRADE_UNSUPPORTED: {
    status: 501,
    meaning: 'The request asks for another protocol (`Upgrade`), and the gateway passes on HTTP alone.',
    fix: 'Use the Streamable HTTP transport of MCP: a server that speaks WebSocket only cannot stand behind the gateway.'
  },
  SLUICE_FILTER_FAILED: {
    status: 500,
    meaning: 'A filter threw; nothing was forwarded, or the answer was withheld.',
    fix: 'Find the request id in the log: the line names the filter and the error.'
  },
  SLUICE_UPSTREAM_UNREACHABLE: {
    status: 502,
    meaning: 'No connection to the upstream could be made.',
    fix: 'Check `upstream`, and that the MCP server listens there.'
  },
  SLUICE_UPSTREAM_CLOSED: {
    status: 502,
    meaning: 'The upstream closed the connection before it answered.',
    fix: "Look at the MCP server's own log; the request may or may not have been carried out."
  },
  SLUICE_UPSTREAM_INVALID_RESPONSE: {
    status: 502,
    meaning: 'What the upstream sent is not an HTTP/1.1 response, or its head is too large.',
    fix: 'Check that `upstream` is an HTTP server, with the right scheme and port.'
  },
  SLUICE_UPSTREAM_RESULT_UNREADABLE: {
    status: 502,
    meaning:
      'Filters of the route read MCP results, and the answer of the upstream cannot be read: it is encoded, too long, not JSON, or neither JSON nor an event stream; or a filter changed a result whose numbers could not be kept apart.',
    fix: 'The log says which; see that the MCP server answers in plain JSON or events, and look at `limits.mcpResultBytes`.'
  },
  SLUICE_UPSTREAM_TORN: {
    status: 502,
    meaning:
      "The upstream broke off in the middle of its answer, so the client's was torn too: it had the upstream's status.",
    fix: "Look at the MCP server's own log."
  },
  SLUICE_UPSTREAM_UNAUTHORIZED: {
    status: 502,
    meaning: "The upstream answered 401: it wants credentials of its own, which the client's token is not.",
    fix: 'Switch off authentication at the MCP server, which the gateway now does, or give the gateway a credential for it.'
  },
  SLUICE_UPSTREAM_CONNECT_TIMEOUT: {
    status: 504,
    meaning: 'The upstream did not accept a connection within `upstream.timeouts.connect`.',
    fix: 'Check the network to the upstream, or raise the timeout.'
  },
  SLUICE_UPSTREAM_HEADERS_TIMEOUT: {
    status: 504,
    meaning: 'The upstream did not begin to answer within `upstream.timeouts.headers`.',
    fix: 'Raise the timeout if tools take that long, or let the server stream progress.'
  },
  SLUICE_DRAINING: {
    status: 503,
    meaning: 'The gateway is stopping.',
    fix: 'Send the request again; another replica answers.'
  }
} as const satisfies Record<string, CodeEntry>

/** A code of the core's own. */
export type CoreCode = keyof typeof codes

/** The reply of a code, with the catalogue's meaning as the reason unless a better one is given. */
export const refusal = (code: CoreCode, reason?: string, headers?: Reply['headers']): Reply => ({
  status: codes[code].status,
  code,
  reason: reason ?? codes[code].meaning,
  ...(headers === undefined ? undefined : { headers })
})
