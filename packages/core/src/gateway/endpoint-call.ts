import type { Endpoint, Reply } from '@sluice/plugin-api'
import { refusal } from '../codes.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { collectBody } from '../upstream/request-body.ts'

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

/** Never settles if the client leaves before. */
const withBody = async (x: LiveExchange, endpoint: Endpoint, maxBytes: number): Promise<Reply> => {
  const body = await new Promise<Buffer | undefined>(resolve => collectBody(x, maxBytes, resolve))
  if (body === undefined) return refusal('SLUICE_REQUEST_BODY_TOO_LARGE', `This endpoint takes ${maxBytes} bytes`)
  x.bytesIn = body.length
  return endpoint.handle(x, body)
}

const mediaType = (contentType = ''): string => contentType.split(';', 1)[0]!.trim().toLowerCase()
