import type { McpServer } from '@modelcontextprotocol/server'

/** Registers the tool that ends its own stream, so that the client has to come back for the result (SEP-1699). */
export const registerReconnectionTool = (server: McpServer): void => {
  server.registerTool('test_reconnection', { description: 'Ends the stream before its result.' }, ctx => {
    ctx.http?.closeSSE?.()
    return { content: [{ type: 'text', text: 'Reconnected.' }] }
  })
}
