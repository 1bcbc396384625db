import { Resolver } from 'node:dns/promises'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'

/** What the filter takes from outside, so that tests can put a clock and a network of their own in its place. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Runs once after `ms` and keeps no process alive. Returns how to cancel. */
  schedule(ms: number, run: () => void): () => void
  /** The addresses of a host name, by DNS alone; none if there are none. */
  resolve(host: string): Promise<readonly string[]>
  /** Connects to an address by TLS, for a host whose certificate is wanted. */
  dial(address: string, port: number, host: string): Socket
}

/** The machine's clock, network and timers. */
export const systemRuntime: Runtime = {
  // Looked up at each call: a test may move the clock, and a company proxy takes the network's place.
  now: () => Date.now(),
  fetch: (url, init) => fetch(url, init),
  schedule(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
  async resolve(host) {
    // Not `lookup`: it would take threads that files are read with, for as long as a stranger's name server likes.
    const resolver = new Resolver({ timeout: 2000, tries: 1 })
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return found.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
  },
  dial: (address, port, host) => connect({ host: address, port, servername: host, ALPNProtocols: ['http/1.1'] })
}
