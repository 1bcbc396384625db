import type { Exchange, Reply } from '@sluice/plugin-api'

/** Seconds for which browsers may remember the answer to a preflight; Chromium takes no more. */
const MAX_AGE = '7200'
/** Methods of the Streamable HTTP transport, of all its revisions. */
const MCP_METHODS = 'GET, POST, DELETE'
/** What MCP clients send, and trace context. `Accept` is safelisted except for long values. */
const MCP_HEADERS = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Last-Event-ID',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Protocol-Version',
  'Mcp-Session-Id',
  'Traceparent',
  'Tracestate',
  'Baggage'
]
/** Fields that mirror a tool's arguments have names that only client and server know (MCP 2026-07-28, Streamable HTTP). */
const MCP_PARAM = /^mcp-param-[a-z0-9!#$%&'*+.^_`|~-]+$/

/** Whether a request is a CORS preflight (Fetch standard, section 3.3.2). Any other OPTIONS is a request like all. */
export const isPreflight = ({ method, headers }: Exchange): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined

/** Answers preflights: what pages may send. That they may send at all, `Access-Control-Allow-Origin`, every answer says. */
export function preflightReplies(allowedHeaders: readonly string[]): (x: Exchange) => Reply {
  const fixed = [...MCP_HEADERS, ...allowedHeaders]
  return x => ({
    status: 204,
    headers: [
      ['access-control-allow-methods', x.endpoint?.methods.join(', ') ?? MCP_METHODS],
      [
        'access-control-allow-headers',
        [...fixed, ...mcpParams(x.headers['access-control-request-headers'])].join(', ')
      ],
      ['access-control-max-age', MAX_AGE],
      ['vary', 'Access-Control-Request-Headers']
    ]
  })
}

/** The answer for an endpoint that is open to every origin: nothing about the caller changes it. */
export const openPreflight = ({ endpoint }: Exchange): Reply => ({
  status: 204,
  headers: [
    ['access-control-allow-methods', endpoint?.methods.join(', ') ?? ''],
    ['access-control-allow-headers', '*'],
    ['access-control-max-age', MAX_AGE]
  ]
})

const mcpParams = (requested = ''): string[] =>
  requested
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(name => MCP_PARAM.test(name))
