import { CREDENTIAL } from './credential.ts'
import type { RequestOptions } from './options.ts'

const BASE = ['Host', 'mcp.contoso.example', 'User-Agent', 'conformance/1']
const BEARER = ['Authorization', `Bearer ${CREDENTIAL}`]
const JSON_POST = [
  'Content-Type',
  'application/json',
  'Accept',
  'application/json, text/event-stream',
  'Content-Length',
  '46'
]
const PAGE = ['Origin', 'https://page.contoso.example']

/** Requests that are legal, and that a filter may not have thought of. */
export const requests: readonly RequestOptions[] = [
  { rawHeaders: [...BASE, ...BEARER, ...JSON_POST, 'Mcp-Session-Id', 'a1', 'MCP-Protocol-Version', '2025-11-25'] },
  { rawHeaders: [...BASE, ...JSON_POST, ...PAGE], clientIp: '192.0.2.7' },
  { method: 'GET', rawHeaders: [...BASE, ...BEARER, 'Accept', 'text/event-stream', 'Last-Event-ID', '3'] },
  // HTTP/1.0: not even a Host.
  { method: 'GET', rawHeaders: [] },
  { method: 'HEAD', rawHeaders: BASE },
  { method: 'DELETE', rawHeaders: [...BASE, ...BEARER, 'Mcp-Session-Id', 'a1'] },
  { method: 'OPTIONS', rawHeaders: [...BASE, ...PAGE, 'Access-Control-Request-Method', 'POST'] },
  { method: 'OPTIONS', rawHeaders: BASE },
  { method: 'PROPFIND', rawHeaders: [...BASE, 'Depth', '1'] },
  { path: `/mcp/${'long/'.repeat(1600)}end`, query: `q=${'x'.repeat(4000)}`, rawHeaders: [...BASE, ...BEARER] },
  { path: '/mcp/%C3%A4;v=1/%41', query: 'a=%&=&&b', rawHeaders: BASE },
  {
    rawHeaders: [
      ...BASE,
      ...BEARER,
      'authorization',
      `Bearer ${CREDENTIAL}`,
      'Cookie',
      'a=1',
      'cookie',
      'b=2',
      'HOST',
      'b'
    ]
  },
  { rawHeaders: [...BASE, 'Authorization', 'Bearer'] },
  { rawHeaders: [...BASE, 'Authorization', `bearer  ${CREDENTIAL} ${CREDENTIAL}`] },
  { rawHeaders: [...BASE, 'Authorization', `Basic ${CREDENTIAL}`] },
  { rawHeaders: [...BASE, 'X-Empty', '', 'X-Latin-1', 'caf\xe9', '__proto__', 'x', 'constructor', 'y'] },
  { rawHeaders: BASE, clientIp: '2001:db8::7' }
]
