/** What an MCP client sends, as node:http gives it. */
export const REQUEST = [
  'host',
  'mcp.contoso.example',
  'connection',
  'keep-alive',
  'content-type',
  'application/json',
  'accept',
  'application/json, text/event-stream',
  'mcp-protocol-version',
  '2025-11-25',
  'authorization',
  `Bearer ${'x'.repeat(1500)}`,
  'accept-encoding',
  'gzip, deflate',
  'user-agent',
  'node',
  'content-length',
  '200'
]

/** What an MCP server answers. */
export const RESPONSE = [
  'Content-Type',
  'application/json',
  'Cache-Control',
  'no-store',
  'X-Powered-By',
  'Express',
  'Date',
  'Tue, 24 Nov 2026 06:00:00 GMT',
  'Connection',
  'keep-alive',
  'Keep-Alive',
  'timeout=5',
  'Content-Length',
  '116'
]
