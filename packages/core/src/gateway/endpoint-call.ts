import type { Endpoint, Reply } from '@sluice/plugin-api'
import { refusal } from '../codes.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { sendContinue } from '../upstream/request-body.ts'

/** Answers a request for an endpoint: its method, the type and size of its body, then its own handler. */
export const callEndpoint = (x: LiveExchange): Reply | Promise<Reply> => {
  const endpoint = x.endpoint!
  if (!endpoint.methods.includes(x.method)) {
    const allow = endpoint.methods.join(', ')
    return refusal('SLUICE_METHOD_NOT_ALLOWED', `This endpoint answers ${allow}`, [['allow', allow]])
  }
  const { body } = endpoint
  if (body === undefined || x.method === 'GET' || x.method === 'HEAD' || x.method === 'OPTIONS')
    return endpoint.handle(x)
  if (!body.types.includes(mediaType(x.headers['content-type']))) {
    return refusal('SLUICE_REQUEST_MEDIA_TYPE', `This endpoint takes ${body.types.join(', ')}`)
  }
  return withBody(x, endpoint, body.maxBytes)
}

const withBody = async (x: LiveExchange, endpoint: Endpoint, maxBytes: number): Promise<Reply> => {
  sendContinue(x.req, x.res)
  const chunks: Buffer[] = []
  let size = 0
  // Left early, the iterator must not destroy the request: its socket carries the answer.
  for await (const chunk of x.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) return refusal('SLUICE_REQUEST_BODY_TOO_LARGE', `This endpoint takes ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  x.bytesIn = size
  return endpoint.handle(x, Buffer.concat(chunks))
}

const mediaType = (contentType = ''): string => contentType.split(';', 1)[0]!.trim().toLowerCase()
