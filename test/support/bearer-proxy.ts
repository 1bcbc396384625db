import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Closing } from './closing.ts'

/**
 * Starts a proxy that adds a token to every request and changes nothing else, Host and Origin least of all, for clients
 * that cannot sign in. Returns the URL that stands for the target.
 */
export const bearerProxy = async (t: Closing, target: string, token: string): Promise<string> => {
  const { hostname, port, pathname } = new URL(target)
  const forward = (req: IncomingMessage, res: ServerResponse): void => {
    const headers = [...req.rawHeaders, 'authorization', `Bearer ${token}`]
    const forwarded = request({ hostname, port, path: req.url, method: req.method, headers, agent: false })
    forwarded.on('response', answer => {
      res.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
      // A stream that starts silent has a head nevertheless.
      res.flushHeaders()
      answer.on('error', () => res.destroy())
      answer.pipe(res)
    })
    forwarded.on('error', () => res.destroy())
    res.on('close', () => forwarded.destroy())
    req.pipe(forwarded)
  }
  const server = createServer(forward).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`
}
