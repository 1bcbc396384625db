import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { PNG } from './media.ts'

/** Registers a text, a binary, a template, and a resource to subscribe to. */
export const registerResources = (server: McpServer): void => {
  registerText(server, 'static-text', 'This is the content of the static text resource.')
  registerText(server, 'watched-resource', 'A resource that clients subscribe to.')
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'An image.', mimeType: 'image/png' },
    uri => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: PNG }] })
  )
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data of an id.', mimeType: 'application/json' },
    (uri, { id }) => {
      const data = { id, templateTest: true, data: `Data for ID: ${String(id)}` }
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(data) }] }
    }
  )
  acceptSubscriptions(server)
}

const registerText = (server: McpServer, name: string, text: string): void => {
  server.registerResource(name, `test://${name}`, { description: text, mimeType: 'text/plain' }, uri => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text }]
  }))
}

/** Of MCP 2025-11-25 and before: `subscriptions/listen` took their place. */
const acceptSubscriptions = (server: McpServer): void => {
  const subscribed = new Set<string>()
  server.server.registerCapabilities({ resources: { subscribe: true } })
  server.server.setRequestHandler('resources/subscribe', ({ params }) => {
    subscribed.add(params.uri)
    return {}
  })
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    subscribed.delete(params.uri)
    return {}
  })
}
