import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request, its body read. */
export interface Received {
  readonly method: string
  /** Undecoded, without query. */
  readonly path: string
  /** Undecoded, without `?`. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const bodyLimit = 65_536

/** Reads a request whole. Gives `undefined` where the body is larger than 64 KiB. */
export const receive = async (request: IncomingMessage): Promise<Received | undefined> => {
  const { method = '', url = '/', headers } = request
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyLimit) return undefined
    chunks.push(chunk)
  }
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? '' : url.slice(mark + 1)
  return { method, path, query, headers, body: Buffer.concat(chunks).toString() }
}
