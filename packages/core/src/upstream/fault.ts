import { errors } from 'undici'
import type { CoreCode } from '../codes.ts'
import { UPSTREAM_RESET } from './connector.ts'

/**
 * What the log may say of an upstream's failure: code and message. Never the error itself: undici's carry the bytes that
 * the upstream sent, which are somebody's data.
 */
export const describeFault = (error: unknown): { readonly error: string | undefined; readonly reason: string } => {
  const { code, message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>
  return { error: code, reason: message }
}

/** The code for an upstream to which no connection could be made. */
export const connectFault = (error: unknown): CoreCode => {
  const { code } = error as NodeJS.ErrnoException
  const late = error instanceof errors.ConnectTimeoutError || code === 'ETIMEDOUT'
  return late ? 'SLUICE_UPSTREAM_CONNECT_TIMEOUT' : 'SLUICE_UPSTREAM_UNREACHABLE'
}

/** The code for an upstream that had the request, or a part of it, and gave no answer that can be passed on. */
export const answerFault = (error: unknown): CoreCode => {
  if (error instanceof errors.HeadersTimeoutError) return 'SLUICE_UPSTREAM_HEADERS_TIMEOUT'
  const { code, message } = error as NodeJS.ErrnoException
  // undici calls an answer that it cannot make sense of a socket error, too.
  const closed = error instanceof errors.SocketError && !message.startsWith('bad')
  return closed || code === UPSTREAM_RESET || code === 'EPIPE'
    ? 'SLUICE_UPSTREAM_CLOSED'
    : 'SLUICE_UPSTREAM_INVALID_RESPONSE'
}
