import type { Socket } from 'node:net'
import type { LiveExchange } from './exchange.ts'

/** Connections on which the last answer was announced. */
const closing = new WeakSet<Socket>()

/** Announces that the connection closes after this answer. */
export const closeAfterAnswer = (x: LiveExchange, lines: string[]): void => {
  lines.push('connection', 'close')
  closing.add(x.req.socket)
}

/** Whether a request on this connection must not be processed any more (RFC 9112 section 9.6). */
export const isClosing = (socket: Socket): boolean => closing.has(socket)
