/**
 * What is used of node:http and node:https. An `import` of node:http reads everything that it exports, and its `WebSocket`
 * brings all of undici with it: 50 ms of every start.
 */
export const { createServer, IncomingMessage, STATUS_CODES, validateHeaderName, validateHeaderValue } =
  process.getBuiltinModule('node:http')

export const { createServer: createTlsServer } = process.getBuiltinModule('node:https')
