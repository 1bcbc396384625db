import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Answer, textAnswer } from './answer.ts'
import { receive, type Received } from './received.ts'

/** Answers one request. */
export type Handler = (request: Received) => Answer

/** Told of each request when it was answered; the path has no query, so no code and no token. */
export type OnAnswered = (method: string, path: string, answer: Answer) => void

const send = (response: ServerResponse, { status, headers, body }: Answer, method: string): void => {
  const length = Buffer.byteLength(body)
  response.writeHead(status, { ...headers, 'content-length': length })
  response.end(method === 'HEAD' ? undefined : body)
}

const answerOne = async (
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handler,
  onAnswered: OnAnswered
): Promise<void> => {
  const received = await receive(request)
  if (!received) {
    send(response, textAnswer(413, 'The request is too large', { connection: 'close' }), request.method ?? '')
    return
  }
  const answer = handle(received)
  onAnswered(received.method, received.path, answer)
  send(response, answer, received.method)
}

/** Makes the listener of an HTTP server from a handler. A handler that throws is a 500 that says nothing of the cause. */
export const serve =
  (handle: Handler, onAnswered: OnAnswered): RequestListener =>
  (request, response) => {
    answerOne(request, response, handle, onAnswered).catch(() => {
      if (response.headersSent) response.destroy()
      else send(response, textAnswer(500, 'The emulator failed'), request.method ?? '')
    })
  }
