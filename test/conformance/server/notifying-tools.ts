import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server'

const done: CallToolResult = { content: [{ type: 'text', text: 'Done.' }] }

const log = async (ctx: ServerContext): Promise<CallToolResult> => {
  for (const message of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
    await ctx.mcpReq.log('info', message)
  return done
}

/** Registers tools that send notifications while they run: log messages, and progress. */
export const registerNotifyingTools = (server: McpServer): void => {
  server.registerTool('test_tool_with_logging', { description: 'Logs three messages.' }, log)
  server.registerTool('test_logging_tool', { description: 'Logs to clients that ask for it.' }, log)
  server.registerTool('test_tool_with_progress', { description: 'Tells its progress three times.' }, async ctx => {
    const progressToken = ctx.mcpReq._meta?.progressToken
    if (progressToken === undefined) return done
    for (const progress of [0, 50, 100]) {
      const params = { progressToken, progress, total: 100 }
      await ctx.mcpReq.notify({ method: 'notifications/progress', params })
    }
    return done
  })
}
