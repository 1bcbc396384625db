import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

/** An answer whose body was not read yet. */
export interface Answered {
  readonly status: number
  /** Whoever does not read it to its end destroys it. */
  readonly body: Readable
}

/**
 * Asks an address for a JSON document; a redirect is an answer like any other. By node:http, since `fetch` loads all of
 * undici, 60 ms of a start that waits for keys.
 *
 * @throws Error of the network, or for a `signal` that is aborted
 */
export async function httpGet(url: string, signal: AbortSignal): Promise<Answered> {
  const sent = clientOf(url).request(url, {
    headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    signal
  })
  // Also for what comes in the same turn as the response, when nobody waits for it any more.
  sent.on('error', () => {}).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, body: response }
}

const clientOf = (url: string) => process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
