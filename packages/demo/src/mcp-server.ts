import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { registerCountdown, type Step, timer } from './countdown.ts'
import { receivedHeaders } from './received-headers.ts'

/** What a test may watch and hold. */
export interface DemoMcpServerHooks {
  /** Called when a tool call starts; `signal` is aborted when the client cancels it or goes away. */
  readonly onCall?: (name: string, signal: AbortSignal) => void
  /** Waits between two counts of `countdown`. Default: a timer of the call's `delayMs`. */
  readonly step?: Step
}

/** Makes the MCP server that the demonstration protects: tools, a resource and a prompt. One serves one connection. */
export const createDemoMcpServer = ({ onCall = () => {}, step = timer }: DemoMcpServerHooks): McpServer => {
  const server = new McpServer(
    { name: 'sluice-demo', version: '0.1.0' },
    { instructions: 'A small server that shows what reaches an MCP server behind Sluice.' }
  )
  registerTools(server, onCall)
  registerCountdown(server, onCall, step)
  server.registerResource(
    'greeting',
    'demo://greeting',
    { title: 'Greeting', description: 'A text to read.', mimeType: 'text/plain' },
    uri => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'Hello from behind the gateway.' }] })
  )
  server.registerPrompt(
    'introduce',
    {
      title: 'Introduce',
      description: 'Asks for a short introduction of a person.',
      argsSchema: z.object({ name: z.string().describe('Who is introduced.') })
    },
    ({ name }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Introduce ${name} in one sentence.` } }]
    })
  )
  return server
}

const registerTools = (server: McpServer, onCall: (name: string, signal: AbortSignal) => void): void => {
  server.registerTool(
    'echo',
    {
      description: 'Returns the text it is given.',
      inputSchema: z.object({ text: z.string().describe('What to return.') }),
      annotations: { readOnlyHint: true }
    },
    ({ text }, ctx) => {
      onCall('echo', ctx.mcpReq.signal)
      return { content: [{ type: 'text', text }] }
    }
  )
  server.registerTool(
    'add',
    {
      description: 'Adds two numbers.',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
      annotations: { readOnlyHint: true }
    },
    ({ a, b }, ctx) => {
      onCall('add', ctx.mcpReq.signal)
      return { content: [{ type: 'text', text: String(a + b) }], structuredContent: { sum: a + b } }
    }
  )
  server.registerTool(
    'headers',
    {
      description: 'Names the HTTP request headers that reached this server, with the values that are no secret.',
      inputSchema: z.object({}),
      outputSchema: z.object({ headers: z.record(z.string(), z.string().nullable()) }),
      annotations: { readOnlyHint: true }
    },
    (_arguments, ctx) => {
      onCall('headers', ctx.mcpReq.signal)
      const headers = receivedHeaders(ctx.http?.req?.headers ?? new Headers())
      return { content: [{ type: 'text', text: JSON.stringify(headers, null, 2) }], structuredContent: { headers } }
    }
  )
}
