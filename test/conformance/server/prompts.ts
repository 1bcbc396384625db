import { completable, type McpServer, type PromptMessage } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { PNG } from './media.ts'

const text = (said: string): PromptMessage => ({ role: 'user', content: { type: 'text', text: said } })

/** Registers a prompt for each kind of content, one of them with arguments that are completed. */
export const registerPrompts = (server: McpServer): void => {
  server.registerPrompt('test_simple_prompt', { description: 'A prompt without arguments.' }, () => ({
    messages: [text('This is a simple prompt for testing.')]
  }))
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with an image.' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
      text('Please analyze the image above.')
    ]
  }))
  registerPromptWithArguments(server)
  registerPromptWithResource(server)
}

const registerPromptWithArguments = (server: McpServer): void => {
  const complete = (value: string): string[] => ['paris', 'park', 'party'].filter(word => word.startsWith(value))
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'A prompt with arguments.',
      argsSchema: z.object({
        arg1: completable(z.string().describe('First test argument'), complete),
        arg2: z.string().describe('Second test argument')
      })
    },
    ({ arg1, arg2 }) => ({ messages: [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] })
  )
}

const registerPromptWithResource = (server: McpServer): void => {
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'A prompt with a resource.',
      argsSchema: z.object({ resourceUri: z.string().describe('URI of the resource to embed') })
    },
    ({ resourceUri: uri }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'resource',
            resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' }
          }
        },
        text('Please process the embedded resource above.')
      ]
    })
  )
}
