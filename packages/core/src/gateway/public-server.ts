import { hkdfSync } from 'node:crypto'
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContextOptions } from 'node:tls'
import { type CoreCode, codes } from '../codes.ts'
import { closeInTwoSteps } from '../exchange/closing.ts'
import { requestId } from '../exchange/request-id.ts'
import type { Settings, TlsMaterial } from '../config/settings.ts'
import { ClientRequest } from '../http/client-request.ts'
import { createServer, createTlsServer } from '../http/node-http.ts'
import type { RequestHandler } from './request-handler.ts'
import type { Services } from './services.ts'

/** How often node:http looks for connections that are too slow, for all of them at once. */
const CHECK_EVERY_MS = 5000

/** A listener with TLS has all that one without has. */
export type PublicServer = HttpServer<typeof ClientRequest> | HttpsServer<typeof ClientRequest>

/** Bytes that Node takes as keys of session tickets. */
const TICKET_KEYS_BYTES = 48

/** What a listener serves a certificate with. */
export interface ServedTls extends SecureContextOptions {
  readonly ticketKeys: Buffer
}

/**
 * What a certificate is served with; a listener takes another one of these while it runs. A session that began with one
 * worker is resumed by the others: the keys of its ticket (RFC 5077) come of the secret that they share, until the
 * certificate is renewed.
 */
export const secureOptions = ({ cert, key }: TlsMaterial, ownSecret: string): ServedTls => ({
  ...(cert !== undefined && { cert }),
  ...(key !== undefined && { key }),
  ticketKeys: Buffer.from(hkdfSync('sha256', ownSecret, cert ?? '', 'tls session tickets', TICKET_KEYS_BYTES))
})

/** The public listener. It hands every request to the handler, and answers itself only what is no request. */
export const createPublicServer = (
  handler: RequestHandler,
  { listen: { tls }, limits, patience }: Pick<Settings, 'listen' | 'limits' | 'patience'>,
  { log, ownSecret }: Pick<Services, 'log' | 'ownSecret'>
): PublicServer => {
  const options = {
    IncomingMessage: ClientRequest,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: patience.headMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: Math.min(patience.headMs, CHECK_EVERY_MS),
    // Idle connections are looked after in connections.ts: node:http sets two timers a request for it, 5 µs of CPU.
    keepAliveTimeout: 0,
    noDelay: true,
    // The handler looks at Host itself, and refuses with a code.
    requireHostHeader: false
  }
  const server: PublicServer =
    tls === undefined
      ? createServer(options)
      : createTlsServer({
          ...options,
          ...secureOptions(tls, ownSecret),
          ALPNProtocols: ['http/1.1'],
          handshakeTimeout: patience.headMs
        })
  // Without a listener for `upgrade`, node:http gives those here too, and the handler refuses them as any other request.
  server.on('request', (req, res) => handler.handle(req, res))
  server.on('checkContinue', (req, res) => handler.handle(req, res))
  // An expectation that is not known may be overlooked (RFC 9110 section 10.1.1).
  server.on('checkExpectation', (req, res) => handler.handle(req, res))
  const refuse = (socket: Socket, code: CoreCode, reason: string | undefined): void => {
    const request = requestId()
    const line = { request, code, reason }
    // Scanners send garbage all day; a head that is too large is a client's that somebody will miss.
    if (code === 'SLUICE_REQUEST_MALFORMED') log.debug(line, 'not a request')
    else log.info(line, 'refused')
    handler.site.unmatched.metrics.refusedUnread(codes[code].status, code)
    if (!handler.endAfterAnswers(socket)) refuseBytes(socket, code, request)
  }
  const broken = new WeakSet<Duplex>()
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Every further chunk is another error.
    if (broken.has(socket)) return
    broken.add(socket)
    const code = clientErrorCode(error)
    if (code === undefined) {
      socket.destroy()
      return
    }
    // Who stops sending in the middle of a body is taken for gone.
    if (error.code !== 'HPE_INVALID_EOF_STATE' && handler.refuseUnfinished(socket as Socket, code)) return
    refuse(socket as Socket, code, error.code)
  })
  // A tunnel to anywhere is not what a gateway is for. node:http has let go of the socket: also of its errors.
  server.on('connect', (_req, socket) => {
    // What node:http does for its own connections: a client that leaves takes what it still waits for along.
    socket
      .on('error', () => {})
      .once('end', () => socket.destroy())
      .resume()
    refuse(socket as Socket, 'SLUICE_METHOD_NOT_ALLOWED', 'CONNECT')
  })
  return server
}

/** `undefined` where nothing was wrong but that the connection is gone. */
const clientErrorCode = ({ code }: NodeJS.ErrnoException): CoreCode | undefined => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'SLUICE_REQUEST_HEADERS_TOO_LARGE'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'SLUICE_REQUEST_TIMEOUT'
  return code?.startsWith('HPE_') === true ? 'SLUICE_REQUEST_MALFORMED' : undefined
}

const REASON_PHRASES: Record<number, string> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large'
}

/** Of what is no whole request neither method nor Origin is known: the answer is for any. */
const refuseBytes = (socket: Socket, code: CoreCode, requestId: string): void => {
  if (!socket.writable) return void socket.destroy()
  const { status, meaning } = codes[code]
  const body = JSON.stringify({ error: { code, message: meaning, requestId } })
  socket.write(
    `HTTP/1.1 ${status} ${REASON_PHRASES[status]}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\ncache-control: no-store\r\nvary: Origin\r\n` +
      `x-sluice-error: ${code}\r\nx-request-id: ${requestId}\r\n\r\n${body}`
  )
  closeInTwoSteps(socket)
}
