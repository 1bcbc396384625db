import { PassThrough } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LiveExchange } from '../exchange/exchange.ts'
import { ByteCollector } from './byte-collector.ts'

/** A body up to this many bytes is collected and leaves in one write with its head, which costs a third less CPU. */
const SMALL_BODY = 64 * 1024

/** A body for undici's dispatch: nothing, all of it, or a stream. */
export type RequestBody = Buffer | PassThrough | null

/** Takes a body, and the length of a streamed one that announced it. */
export type Forward = (body: RequestBody, length: number | undefined) => void

/** What the client announced: no body (0), a length in bytes, or a chunked body. */
export const announcedLength = (req: IncomingMessage): number | 'chunked' => {
  if (req.headers['transfer-encoding'] !== undefined) return 'chunked'
  const length = req.headers['content-length']
  return length === undefined ? 0 : Number(length)
}

/**
 * Gives the body to `forward`: at once if there is none or it is large, else when all of it is here. `forward` is not
 * called if the client leaves before.
 */
export const withRequestBody = ({ req, res }: LiveExchange, forward: Forward): void => {
  const length = announcedLength(req)
  if (length === 0) return forward(null, undefined)
  // The filters have let the request pass: only now does the body of a cautious client have to come.
  sendContinue(req, res)
  if (length === 'chunked') forward(streamOf(req), undefined)
  else if (length > SMALL_BODY) forward(streamOf(req), length)
  else collect(req, length, forward)
}

/** Answers `Expect: 100-continue` (RFC 9110 section 10.1.1). */
export const sendContinue = (req: IncomingMessage, res: ServerResponse): void => {
  if (req.httpVersionMinor > 0 && req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue()
}

const collect = (req: IncomingMessage, length: number, forward: Forward): void => {
  let only: Buffer | undefined
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => {
    if (chunk.length === length) only = chunk
    else chunks.push(chunk)
  })
  req.on('end', () => forward(only ?? Buffer.concat(chunks), undefined))
}

/**
 * Collects a whole body, which a cautious client is asked for first. Gives nothing as soon as it is longer than
 * `maxBytes`; what is left then stays unread. Not called if the client leaves before.
 */
export const collectBody = (x: LiveExchange, maxBytes: number, next: (body: Buffer | undefined) => void): void => {
  const { req, res } = x
  sendContinue(req, res)
  const bytes = new ByteCollector()
  const from = performance.now()
  const end = (): void => {
    x.waitedMs = performance.now() - from
    next(bytes.take())
  }
  const take = (chunk: Buffer): void => {
    bytes.add(chunk)
    if (bytes.size <= maxBytes) return
    req.off('data', take).off('end', end).pause()
    next(undefined)
  }
  req.on('data', take).on('end', end)
}

/** undici destroys the stream it is given, and a destroyed IncomingMessage takes the client's socket with it: hence a copy. */
const streamOf = (req: IncomingMessage): PassThrough => {
  const body = new PassThrough()
  // A request that waits for a connection has nobody yet who listens, and an unheard error ends the process.
  body.on('error', () => {})
  req.on('close', () => {
    if (!req.complete) body.destroy(new Error('The client went away while it sent the body'))
  })
  return req.pipe(body)
}
