import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { askModel, askText } from './input-requests.ts'

const said = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] })
const Name = z.object({ name: z.string() })

/** Registers tools and a prompt that need one answer of the client, given with a retry (MCP 2026-07-28, SEP-2322). */
export const registerInputRequiredTools = (server: McpServer): void => {
  for (const tool of ['test_input_required_result_elicitation', 'test_streaming_elicitation'])
    server.registerTool(tool, { description: 'Asks for a name.' }, ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_name', Name)
      if (answer !== undefined) return said(`Hello, ${answer.name}!`)
      return inputRequired({ inputRequests: { user_name: askText('What is your name?', 'name') } })
    })
  registerSampling(server, 'test_input_required_result_sampling')
  registerSampling(server, 'test_missing_capability')
  registerRoots(server)
  registerByCapability(server)
  registerPrompt(server)
}

/** Answered with -32021 by the SDK where the client has no sampling. */
const registerSampling = (server: McpServer, name: string): void => {
  server.registerTool(name, { description: "Asks the client's model." }, ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question')
    if (answer.kind === 'sampling') return said(JSON.stringify(answer.result.content))
    return inputRequired({ inputRequests: { capital_question: askModel('What is the capital of France?') } })
  })
}

const registerRoots = (server: McpServer): void => {
  const name = 'test_input_required_result_list_roots'
  server.registerTool(name, { description: "Asks for the client's roots." }, ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots')
    if (answer.kind === 'roots') return said(answer.roots.map(root => root.uri).join(' '))
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
  })
}

const registerByCapability = (server: McpServer): void => {
  const name = 'test_input_required_result_capabilities'
  server.registerTool(name, { description: 'Asks what the client is able to answer.' }, ctx => {
    const { elicitation, sampling } = capabilities(ctx)
    return inputRequired({
      inputRequests: {
        ...(elicitation && { user_name: askText('What is your name?', 'name') }),
        ...(sampling && { greeting: askModel('Generate a greeting') })
      }
    })
  })
}

/** The SDK types the envelope as empty. */
const capabilities = ({ mcpReq }: ServerContext): ClientCapabilities =>
  (mcpReq.envelope as Record<string, ClientCapabilities> | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ?? {}

const registerPrompt = (server: McpServer): void => {
  const name = 'test_input_required_result_prompt'
  server.registerPrompt(name, { description: 'A prompt that asks for its context.' }, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context', z.object({ context: z.string() }))
    if (answer === undefined)
      return inputRequired({
        inputRequests: { user_context: askText('What context should the prompt use?', 'context') }
      })
    return { messages: [{ role: 'user', content: { type: 'text', text: `The context is ${answer.context}.` } }] }
  })
}
