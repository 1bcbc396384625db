import type { Reply } from '@sluice/plugin-api'
import { FilterError, type Refused, runOnResponse } from '../chain/run.ts'
import { formatChallenge } from '../exchange/challenge.ts'
import { closeAfterAnswer, keepAfterAnswer } from '../exchange/closing.ts'
import { endSoon } from '../exchange/end-answer.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { replyBody } from '../exchange/reply-body.ts'
import { AnswerHead } from '../exchange/response-head.ts'
import { checkField } from '../http/header-lines.ts'
import { announcedLength } from '../upstream/request-body.ts'

/** An unread body up to this size is read and thrown away, so that the connection can be used again. */
const WORTH_READING = 64 * 1024

/** An answer that the gateway makes itself, from the reply to the last byte. */
export class Answer {
  readonly #x: LiveExchange
  readonly #entry: string
  readonly #head: AnswerHead
  readonly #body: Buffer

  constructor(x: LiveExchange, { entry, reply }: Refused) {
    this.#x = x
    this.#entry = entry
    this.#body = replyBody(reply, x.method, x.id, x.messages)
    try {
      this.#head = new AnswerHead(reply.status, 'gateway', ownLines(reply, x, this.#body), reply.challenges)
    } catch (error) {
      throw new FilterError(entry, 'the reply', error)
    }
  }

  /** Takes the head through the `onResponse` hooks. @throws FilterError */
  complete(): void | Promise<void> {
    return runOnResponse(this.#head, this.#x)
  }

  /** Writes it; `last` closes the connection after it. @throws FilterError where HTTP cannot carry what the reply says */
  write(last: boolean): void {
    try {
      this.#write(last)
    } catch (error) {
      throw new FilterError(this.#entry, 'the reply', error)
    }
  }

  #write(last: boolean): void {
    const x = this.#x
    const { lines, challenges, status } = this.#head
    for (const challenge of challenges) lines.push('www-authenticate', formatChallenge(challenge, x.route))
    if (last || leavesBodyUnread(x)) closeAfterAnswer(x, lines)
    else keepAfterAnswer(x, lines)
    x.res.writeHead(status, lines)
    x.status = status
    if (x.method !== 'HEAD') x.bytesOut = this.#body.length
    endSoon(x, this.#body)
  }
}

const ownLines = (reply: Reply, x: LiveExchange, body: Buffer): string[] => {
  const headers = reply.headers ?? []
  for (const [name, value] of headers) checkField(name, value)
  const lines = headers.flat()
  const has = (name: string): boolean => lines.some((line, i) => i % 2 === 0 && line.toLowerCase() === name)
  if (reply.code !== undefined) {
    lines.push('x-sluice-error', reply.code)
    if (reply.body === undefined && !has('content-type')) lines.push('content-type', 'application/json')
    if (!has('cache-control')) lines.push('cache-control', 'no-store')
  }
  lines.push('x-request-id', x.id)
  if (reply.status !== 204 && reply.status !== 304) lines.push('content-length', String(body.length))
  return lines
}

const leavesBodyUnread = (x: LiveExchange): boolean => {
  if (x.req.complete) return false
  const length = announcedLength(x.req)
  if (length === 0) return false
  // A client that waits for 100 may leave the body out: what came next would be taken for it (RFC 9110 section 10.1.1).
  return length === 'chunked' || length > WORTH_READING || x.req.headers.expect !== undefined
}
