import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { parseObject } from '../json-object.ts'
import { isPublicAddress } from './public-address.ts'
import type { Runtime } from '../runtime.ts'

const TIMEOUT_MS = 5000
const MAX_BYTES = 16 * 1024
const PORT = 443

/** A client's document, and how long it may be kept. */
export interface FetchedDocument {
  readonly document: Readonly<Record<string, unknown>>
  /** Seconds, as the server says; `undefined` if it does not. */
  readonly maxAge: number | undefined
}

/**
 * Fetches a document from wherever a stranger says: by TLS, from a public address that was checked and is the one
 * connected to, without redirects, within 5 s, 16 KiB at the most. Never through a proxy, which would look the name up
 * again.
 *
 * @throws Error saying what is wrong
 */
export const fetchDocument = async (url: URL, runtime: Runtime): Promise<FetchedDocument> => {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const late = once(signal, 'abort').then(() => {
    throw new Error('no answer within 5 s')
  })
  late.catch(() => {})
  return Promise.race([late, fetchNow(url, runtime, signal)])
}

const fetchNow = async (url: URL, runtime: Runtime, signal: AbortSignal): Promise<FetchedDocument> => {
  const addresses = await runtime.resolve(url.hostname)
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw new Error('not a public address')
  const response = await get(url, addresses[0]!, runtime, signal)
  try {
    demandJson(response)
    const document = parseObject(await read(response))
    if (document === undefined) throw new Error('it is no JSON object')
    return { document, maxAge: maxAgeOf(response) }
  } finally {
    response.destroy()
  }
}

const get = async (url: URL, address: string, runtime: Runtime, signal: AbortSignal): Promise<IncomingMessage> => {
  const sent = request({
    // The address that was checked, whatever the name leads to by now.
    createConnection: () => runtime.dial(address, PORT, url.hostname),
    path: url.pathname + url.search,
    headers: { host: url.host, accept: 'application/json', 'accept-encoding': 'identity' }
  })
  signal.addEventListener('abort', () => sent.destroy(), { once: true })
  // Also for what comes in the same turn as the response, when nobody waits for it any more.
  sent.on('error', () => {}).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

const demandJson = ({ statusCode, headers }: IncomingMessage): void => {
  if (statusCode !== 200) throw new Error(`it answered ${statusCode}`)
  const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (!/^application\/(?:[a-z0-9.-]+\+)?json$/.test(type)) throw new Error('it is not application/json')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Error('it has a content coding')
}

const read = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error('it is longer than 16 KiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const maxAgeOf = ({ headers }: IncomingMessage): number | undefined => {
  const control = headers['cache-control'] ?? ''
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0
  const [, seconds] = /\bmax-age=(\d{1,9})/i.exec(control) ?? []
  return seconds === undefined ? undefined : Number(seconds)
}
