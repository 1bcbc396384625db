import { Agent, request } from 'node:http'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { FilterConfig, GatewayConfig, GatewayOptions } from '@sluice/core'
import type { Closing } from './closing.ts'
import { configuredGateway } from './configured-gateway.ts'
import type { TestGateway } from './gateway.ts'

/** The filter of a file that says which thread has served. */
export const TELLER = join(import.meta.dirname, 'thread-teller.ts')

/** A configuration for so many workers in which every answer says which of them gave it. */
export const poolConfig = (
  workers: number,
  upstream: string,
  filters: readonly FilterConfig[] = [],
  teller: object = {}
): GatewayConfig => ({
  publicUrl: 'http://127.0.0.1',
  listen: { port: 0 },
  admin: { port: 0 },
  shutdown: { grace: '0s' },
  workers,
  filters: [{ [TELLER]: teller }, ...filters],
  routes: [{ name: 'all', path: '/*', upstream }]
})

/** Starts several workers, and closes them with the test. */
export const pool = (t: Closing, config: GatewayConfig, options: GatewayOptions = {}): Promise<TestGateway> =>
  configuredGateway(t, config, options)

/** What came back. */
export interface Answer {
  readonly status: number
  readonly thread: string
  readonly generation: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A client with one connection, and so one worker. */
export class Client {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(t: Closing, url: string) {
    this.#url = url
    t.teardown(() => this.#agent.destroy())
  }

  async get(path = '/x', headers: Record<string, string> = {}): Promise<Answer> {
    const [res] = (await once(request(this.#url + path, { agent: this.#agent, headers }).end(), 'response')) as [
      IncomingMessage
    ]
    const body = await text(res)
    const { 'x-thread': thread, 'x-generation': generation } = res.headers
    return {
      status: res.statusCode!,
      thread: String(thread),
      generation: String(generation),
      headers: res.headers,
      body
    }
  }
}

/** A client at each of so many workers, by their threads: new connections are made until the kernel has given each one. */
export const clientOfEach = async (t: Closing, url: string, workers: number): Promise<Map<string, Client>> => {
  const clients = new Map<string, Client>()
  for (let tries = 0; clients.size < workers && tries < 500; tries++) {
    const client = new Client(t, url)
    const { thread } = await client.get()
    if (!clients.has(thread)) clients.set(thread, client)
  }
  if (clients.size < workers) throw new Error(`500 connections reached only ${clients.size} workers`)
  return clients
}
