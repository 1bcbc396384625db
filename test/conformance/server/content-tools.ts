import type { CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { PNG, WAV } from './media.ts'

type Content = CallToolResult['content']

const CONTENTS: Record<string, { description: string; content: Content }> = {
  test_simple_text: {
    description: 'Returns a text.',
    content: [{ type: 'text', text: 'This is a simple text response for testing.' }]
  },
  test_image_content: {
    description: 'Returns an image.',
    content: [{ type: 'image', data: PNG, mimeType: 'image/png' }]
  },
  test_audio_content: {
    description: 'Returns a sound.',
    content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }]
  },
  test_embedded_resource: {
    description: 'Returns a resource.',
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.'
        }
      }
    ]
  },
  test_multiple_content_types: {
    description: 'Returns a text, an image and a resource.',
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PNG, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 })
        }
      }
    ]
  }
}

/** Registers a tool for each kind of content, and one that always fails. */
export const registerContentTools = (server: McpServer): void => {
  for (const [name, { description, content }] of Object.entries(CONTENTS))
    server.registerTool(name, { description }, () => ({ content }))
  server.registerTool('test_error_handling', { description: 'Always fails.' }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
}
