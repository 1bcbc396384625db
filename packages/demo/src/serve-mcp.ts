import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { DEFAULT_PORTS } from './default-ports.ts'
import { startDemoMcpServer } from './server.ts'

/**
 * Serves the demonstration's MCP server by itself, on 127.0.0.1, until SIGTERM or SIGINT: what a gateway in another
 * process or container protects. `--port N`, default 3001, 0 for a free one.
 *
 * @returns the exit code: 0 after a signal, 1 when the port is taken, 2 for arguments that do not exist
 */
export const serveMcp = async (argv: readonly string[]): Promise<0 | 1 | 2> => {
  let port
  try {
    port = readPort(argv)
  } catch (error) {
    console.error(`${messageOf(error)}\nUsage: mcp-server.js [--port N]`)
    return 2
  }
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  try {
    const server = await startDemoMcpServer({ port })
    console.log(`MCP server on ${server.url}: it asks nobody who they are`)
    await stopped
    await server.close()
    return 0
  } catch (error) {
    console.error(messageOf(error))
    return 1
  }
}

const readPort = (argv: readonly string[]): number => {
  const { values } = parseArgs({
    args: [...argv],
    options: { port: { type: 'string', default: String(DEFAULT_PORTS.server) } }
  })
  if (!/^\d+$/.test(values.port)) throw new Error('--port must be a number')
  return Number(values.port)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
