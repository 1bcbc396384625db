import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import type { Test } from 'tap'
import { Wire } from './wire.ts'

export interface TestUpstream {
  readonly url: string
  readonly server: Server
  readonly sockets: ReadonlySet<Socket>
  /** The next request that arrives. */
  next(): Promise<[IncomingMessage, ServerResponse]>
}

/** An HTTP server behind the gateway. */
export const upstream = async (t: Test, listener?: RequestListener): Promise<TestUpstream> => {
  const server = createServer(listener)
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    sockets,
    next: async () => (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  }
}

/** A TCP server behind the gateway, for what no HTTP server would send. */
export const rawUpstream = async (t: Test, onConnection: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export interface ScriptedUpstream {
  readonly url: string
  /** Every connection that was accepted, oldest first. */
  readonly wires: readonly Wire[]
  /** The connection of this number, counted from 0, once it is there. */
  connection(index: number): Promise<Wire>
}

/** A TCP server behind the gateway, whose bytes the test itself reads and writes. */
export const scriptedUpstream = async (t: Test): Promise<ScriptedUpstream> => {
  const wires: Wire[] = []
  const arrivals = new EventEmitter()
  const url = await rawUpstream(t, socket => {
    wires.push(Wire.of(socket))
    arrivals.emit('connection')
  })
  return {
    url,
    wires,
    connection: async index => {
      while (wires.length <= index) await once(arrivals, 'connection')
      return wires[index]!
    }
  }
}

/** An address where nobody listens. */
export const closedPort = async (): Promise<string> => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
