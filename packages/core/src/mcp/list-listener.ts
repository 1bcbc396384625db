import type { LiveExchange } from '../exchange/exchange.ts'
import type { AnswerHead } from '../exchange/response-head.ts'
import { ByteCollector } from '../upstream/byte-collector.ts'
import { dataOf } from './event-data.ts'
import { EventSplitter } from './event-splitter.ts'
import { parseJson } from './json.ts'
import { methodByShape } from './result-shape.ts'
import { isObject } from './target.ts'

/** A list that is longer is not listened to. */
const MOST_BYTES = 1024 * 1024

/** Listens to an answer that passes, and changes, delays and stops nothing of it. */
export interface ListListener {
  take(chunk: Buffer): void
  end(): void
}

/**
 * Hears which tools and prompts there are, for the metrics of a route whose filters read requests and not results. None
 * where no list was asked for, or the answer cannot be read.
 */
export const listListener = (head: AnswerHead, x: LiveExchange): ListListener | undefined => {
  const { operations } = x.chain.metrics
  if (x.messages?.all.some(({ method }) => operations.learnsOf(method)) !== true) return undefined
  if (head.status !== 200 || head.get('content-encoding') !== undefined) return undefined
  if (head.mediaType === 'application/json') return new JsonListener(x)
  return head.mediaType === 'text/event-stream' ? new EventsListener(x) : undefined
}

class JsonListener implements ListListener {
  readonly #x: LiveExchange
  readonly #bytes = new ByteCollector()
  #tooLong = false

  constructor(x: LiveExchange) {
    this.#x = x
  }

  take(chunk: Buffer): void {
    if (this.#tooLong) return
    this.#bytes.add(chunk)
    if (this.#bytes.size <= MOST_BYTES) return
    this.#tooLong = true
    this.#bytes.take()
  }

  end(): void {
    if (!this.#tooLong) hear(this.#x, this.#bytes.take())
  }
}

class EventsListener implements ListListener {
  readonly #x: LiveExchange
  readonly #splitter = new EventSplitter(MOST_BYTES)
  #tooLong = false

  constructor(x: LiveExchange) {
    this.#x = x
  }

  take(chunk: Buffer): void {
    if (this.#tooLong) return
    try {
      for (const event of this.#splitter.push(chunk)) this.#hear(event)
    } catch {
      this.#tooLong = true
    }
  }

  end(): void {}

  #hear(event: Buffer): void {
    const data = dataOf(event)
    if (data !== undefined && data !== '') hear(this.#x, Buffer.from(data))
  }
}

const hear = ({ chain }: LiveExchange, text: Buffer): void => {
  let answer: unknown
  try {
    answer = parseJson(text)
  } catch {
    return
  }
  for (const message of Array.isArray(answer) ? (answer as unknown[]) : [answer]) {
    const result = isObject(message) ? message['result'] : undefined
    const method = methodByShape(result)
    if (method !== undefined) chain.metrics.operations.answered(method, result)
  }
}
