import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { LiveExchange } from './exchange.ts'

/** Connections on which the last answer was announced. */
const closing = new WeakSet<Socket>()

/** How long, in milliseconds, a client may go on sending after an answer that did not want the rest of its body. */
const LINGER_MS = 2000

/**
 * Seconds for which an idle connection is kept: longer than a load balancer keeps it (60 s as a rule), so that it is never
 * we who close one just in use.
 */
export const KEEP_ALIVE_SECONDS = 75
const KEEP_ALIVE = `timeout=${KEEP_ALIVE_SECONDS}`

/** Announces how long the connection is kept, where it is: clients that are not told close it early. */
export const keepAfterAnswer = (x: LiveExchange, lines: string[]): void => {
  if (x.res.shouldKeepAlive) lines.push('keep-alive', KEEP_ALIVE)
}

/** Announces that the connection closes after this answer. */
export const closeAfterAnswer = (x: LiveExchange, lines: string[]): void => {
  lines.push('connection', 'close')
  closing.add(x.req.socket)
  if (!x.req.complete) linger(x.req)
}

/**
 * Closes in two steps (RFC 9112 section 9.6): first only our side, throwing away what still comes. To close a connection
 * with unread bytes at once is to reset it, and a reset takes the answer away from a client that has not read it yet.
 */
const linger = (req: IncomingMessage): void => {
  const { socket } = req
  const destroySoon = socket.destroySoon.bind(socket)
  // What node:http calls when the last answer of a connection is written.
  socket.destroySoon = () => {
    if (req.complete || socket.destroyed) return destroySoon()
    socket.end()
    const deadline = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(deadline))
    req.once('end', destroySoon)
    socket.once('end', destroySoon)
    req.unpipe()
    req.resume()
  }
}

/**
 * The same for a connection on which nothing can be read as a request any more: what it has still to send goes out, and
 * what still comes is thrown away.
 */
export const closeInTwoSteps = (socket: Socket): void => {
  if (socket.destroyed) return
  if (socket.readableEnded) return socket.destroySoon()
  const deadline = setTimeout(() => socket.destroy(), LINGER_MS)
  socket
    .once('close', () => clearTimeout(deadline))
    .once('end', () => socket.destroySoon())
    .resume()
    .end()
}

/** Whether a request on this connection must not be processed any more (RFC 9112 section 9.6). */
export const isClosing = (socket: Socket): boolean => closing.has(socket)
