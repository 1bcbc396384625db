import type { McpServer, ServerEventBus } from '@modelcontextprotocol/server'

/** Registers tools after which the streams of `subscriptions/listen` are told that a list changed. */
export const registerChangeTools = (server: McpServer, bus: ServerEventBus): void => {
  for (const kind of ['tool', 'prompt'] as const)
    server.registerTool(`test_trigger_${kind}_change`, { description: `Says that the ${kind}s changed.` }, () => {
      bus.publish({ kind: `${kind}s_list_changed` })
      return { content: [{ type: 'text', text: 'Changed.' }] }
    })
}
