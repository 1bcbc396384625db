import { errors } from 'undici'
import type { CoreCode } from '../codes.ts'

/** The code for an upstream that failed before it answered. */
export const faultCode = (error: unknown): CoreCode => {
  if (error instanceof errors.ConnectTimeoutError) return 'SLUICE_UPSTREAM_CONNECT_TIMEOUT'
  if (error instanceof errors.HeadersTimeoutError) return 'SLUICE_UPSTREAM_HEADERS_TIMEOUT'
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return 'SLUICE_UPSTREAM_INVALID_RESPONSE'
  }
  if (error instanceof errors.SocketError) {
    return error.message.startsWith('bad') ? 'SLUICE_UPSTREAM_INVALID_RESPONSE' : 'SLUICE_UPSTREAM_CLOSED'
  }
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ETIMEDOUT' && syscall === 'connect') return 'SLUICE_UPSTREAM_CONNECT_TIMEOUT'
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') return 'SLUICE_UPSTREAM_INVALID_RESPONSE'
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'SLUICE_UPSTREAM_CLOSED' : 'SLUICE_UPSTREAM_UNREACHABLE'
}
