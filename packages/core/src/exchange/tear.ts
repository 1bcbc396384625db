import type { LiveExchange } from './exchange.ts'

/**
 * A client must never take half an answer for a whole one. HTTP/1.0 ends a body by closing: only a reset tells, or, where
 * there is TLS, that it was not ended (RFC 8446 section 6.1).
 */
export const tear = (x: LiveExchange): void => {
  const { socket } = x.res
  if (x.req.httpVersionMinor === 0 && socket !== null && !('encrypted' in socket)) socket.resetAndDestroy()
  else x.res.destroy()
}
