import { createServer } from 'node:http'
import { listen } from './ports.ts'

/** The redirection endpoint of a native app: a listener on the loopback interface (RFC 8252 section 7.3). */
export interface CallbackListener {
  readonly redirectUri: string
  /** The parameters of the first authorization response that arrives. */
  readonly response: Promise<URLSearchParams>
  close(): Promise<void>
}

const PATH = '/callback'

/**
 * Starts the listener on a free port.
 *
 * @throws Error of node:net when 127.0.0.1 cannot be bound.
 */
export const startCallbackListener = async (): Promise<CallbackListener> => {
  const { promise: response, resolve } = Promise.withResolvers<URLSearchParams>()
  const server = createServer((req, res) => {
    const [path, query] = (req.url ?? '').split('?', 2)
    const found = req.method === 'GET' && path === PATH
    res.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    res.end(found ? 'Signed in. You can close this window.\n' : 'Not found\n')
    if (found) resolve(new URLSearchParams(query))
  })
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  return {
    redirectUri: `http://127.0.0.1:${port}${PATH}`,
    response,
    close: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeAllConnections()
      })
  }
}
