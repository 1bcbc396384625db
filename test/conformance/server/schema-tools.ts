import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** Keywords that a library which knows only a part of JSON Schema 2020-12 would lose (SEP-1613, SEP-2106). */
const CONTACT = fromJsonSchema({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } }
    }
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' }
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false
})

/** Registers a tool with a rich schema, and one with a parameter that is also a header (SEP-2243). */
export const registerSchemaTools = (server: McpServer): void => {
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: CONTACT },
    () => ({ content: [{ type: 'text', text: 'Valid.' }] })
  )
  server.registerTool(
    'test_header_parameter',
    {
      description: 'Takes a parameter that is also a header.',
      inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) })
    },
    ({ region }) => ({ content: [{ type: 'text', text: region }] })
  )
}
