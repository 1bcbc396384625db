import {
  type CallToolResult,
  type ElicitResult,
  type McpServer,
  type ServerContext
} from '@modelcontextprotocol/server'
import { z } from 'zod'

type FormSchema = Parameters<ServerContext['mcpReq']['elicitInput']>[0] & { mode?: 'form' }

/** Every primitive type with a default (SEP-1034). */
const DEFAULTS: FormSchema['requestedSchema'] = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true }
  }
}

const OPTIONS = ['option1', 'option2', 'option3']
const titled = (kind: string): { const: string; title: string }[] =>
  ['First', 'Second', 'Third'].map((nth, index) => ({ const: `value${index + 1}`, title: `${nth} ${kind}` }))

/** Every form of an enumeration (SEP-1330). */
const ENUMS: FormSchema['requestedSchema'] = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: OPTIONS },
    titledSingle: { type: 'string', oneOf: titled('Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three']
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
    titledMulti: { type: 'array', items: { anyOf: titled('Choice') } }
  }
}

const CONTACT: FormSchema['requestedSchema'] = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" }
  },
  required: ['username', 'email']
}

/** Registers tools that ask the client while they run, as servers did until MCP 2025-11-25. */
export const registerAskingTools = (server: McpServer): void => {
  registerSampling(server)
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx) =>
      answered('User response', await ctx.mcpReq.elicitInput({ message, requestedSchema: CONTACT }))
  )
  for (const [name, requestedSchema] of Object.entries({ sep1034_defaults: DEFAULTS, sep1330_enums: ENUMS }))
    server.registerTool(`test_elicitation_${name}`, { description: 'Asks the user with a form.' }, async ctx =>
      answered('Elicitation completed', await ctx.mcpReq.elicitInput({ message: 'Fill in the form', requestedSchema }))
    )
}

const registerSampling = (server: McpServer): void => {
  server.registerTool(
    'test_sampling',
    { description: "Asks the client's model.", inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, ctx) => {
      const { content } = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
        maxTokens: 100
      })
      const said = [content].flat().flatMap(block => (block.type === 'text' ? block.text : []))
      return { content: [{ type: 'text', text: `LLM response: ${said.join(' ')}` }] }
    }
  )
}

const answered = (what: string, { action, content }: ElicitResult): CallToolResult => ({
  content: [{ type: 'text', text: `${what}: action=${action}, content=${JSON.stringify(content ?? {})}` }]
})
