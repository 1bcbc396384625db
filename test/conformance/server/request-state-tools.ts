import {
  acceptedContent,
  type CallToolResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { askConfirmation, askModel, askText } from './input-requests.ts'

/** What the tools remember from one round to the next, in the client's hands. */
export interface RoundState {
  readonly round: number
  readonly name?: string
}

const said = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] })
const stateOf = ({ mcpReq }: ServerContext): RoundState | undefined => mcpReq.requestState<RoundState>()

/** Registers tools that ask with state: the client gives it back, and what it changed is refused (SEP-2322). */
export const registerRequestStateTools = (server: McpServer, codec: RequestStateCodec<RoundState>): void => {
  for (const name of ['request_state', 'tampered_state'])
    server.registerTool(`test_input_required_result_${name}`, { description: 'Asks to confirm.' }, async ctx => {
      const answer = acceptedContent(ctx.mcpReq.inputResponses, 'confirm', z.object({ ok: z.boolean() }))
      if (answer !== undefined && stateOf(ctx) !== undefined) return said('state-ok')
      return inputRequired({
        inputRequests: { confirm: askConfirmation() },
        requestState: await codec.mint({ round: 1 })
      })
    })
  registerMultipleInputs(server, codec)
  registerMultiRound(server, codec)
}

const registerMultipleInputs = (server: McpServer, codec: RequestStateCodec<RoundState>): void => {
  const name = 'test_input_required_result_multiple_inputs'
  server.registerTool(name, { description: 'Asks three things at once.' }, async ctx => {
    const kinds = ['user_name', 'greeting', 'client_roots'].map(
      key => inputResponse(ctx.mcpReq.inputResponses, key).kind
    )
    if (kinds.join(' ') === 'elicit sampling roots' && stateOf(ctx) !== undefined) return said('All three came.')
    return inputRequired({
      inputRequests: {
        user_name: askText('What is your name?', 'name'),
        greeting: askModel('Generate a greeting', 50),
        client_roots: inputRequired.listRoots()
      },
      requestState: await codec.mint({ round: 1 })
    })
  })
}

const registerMultiRound = (server: McpServer, codec: RequestStateCodec<RoundState>): void => {
  const name = 'test_input_required_result_multi_round'
  server.registerTool(name, { description: 'Asks twice.' }, async ctx => {
    const first = acceptedContent(ctx.mcpReq.inputResponses, 'step1', z.object({ name: z.string() }))
    const second = acceptedContent(ctx.mcpReq.inputResponses, 'step2', z.object({ color: z.string() }))
    const state = stateOf(ctx)
    if (state?.round === 2 && second !== undefined) return said(`${state.name} likes ${second.color}.`)
    if (state?.round === 1 && first !== undefined)
      return inputRequired({
        inputRequests: { step2: askText('Step 2: What is your favorite color?', 'color') },
        requestState: await codec.mint({ round: 2, name: first.name })
      })
    return inputRequired({
      inputRequests: { step1: askText('Step 1: What is your name?', 'name') },
      requestState: await codec.mint({ round: 1 })
    })
  })
}
