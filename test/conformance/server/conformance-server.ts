import { randomBytes } from 'node:crypto'
import { createRequestStateCodec, InMemoryServerEventBus, McpServer } from '@modelcontextprotocol/server'
import type { OtherMcpServer } from '@sluice/demo'
import { registerAskingTools } from './asking-tools.ts'
import { registerChangeTools } from './change-tools.ts'
import { registerContentTools } from './content-tools.ts'
import { registerInputRequiredTools } from './input-required-tools.ts'
import { registerNotifyingTools } from './notifying-tools.ts'
import { registerPrompts } from './prompts.ts'
import { registerReconnectionTool } from './reconnection-tool.ts'
import { registerRequestStateTools, type RoundState } from './request-state-tools.ts'
import { registerResources } from './resources.ts'
import { registerSchemaTools } from './schema-tools.ts'
import { StoredEvents } from './stored-events.ts'

/** Milliseconds after which a client comes back for the rest of a stream. */
const RETRY_INTERVAL = 100

/** The MCP server that the conformance suite calls: it names its tools, prompts and resources, and what they do. */
export const conformanceServer = (): OtherMcpServer => {
  const bus = new InMemoryServerEventBus()
  const codec = createRequestStateCodec<RoundState>({ key: randomBytes(32) })
  return {
    bus,
    sessionOptions: () => ({ eventStore: new StoredEvents(), retryInterval: RETRY_INTERVAL }),
    create() {
      const server = new McpServer(
        { name: 'conformance', version: '1.0.0' },
        {
          capabilities: { logging: {}, tools: { listChanged: true }, prompts: { listChanged: true } },
          requestState: { verify: codec.verify }
        }
      )
      registerContentTools(server)
      registerNotifyingTools(server)
      registerAskingTools(server)
      registerReconnectionTool(server)
      registerInputRequiredTools(server)
      registerRequestStateTools(server, codec)
      registerChangeTools(server, bus)
      registerSchemaTools(server)
      registerResources(server)
      registerPrompts(server)
      return server
    }
  }
}
