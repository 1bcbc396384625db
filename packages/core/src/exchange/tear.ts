import type { LiveExchange } from './exchange.ts'

/** A client must never take half an answer for a whole one. HTTP/1.0 ends a body by closing: only a reset tells. */
export const tear = (x: LiveExchange): void => {
  const { socket } = x.res
  if (x.req.httpVersionMinor === 0 && socket !== null && 'resetAndDestroy' in socket) socket.resetAndDestroy()
  else x.res.destroy()
}
