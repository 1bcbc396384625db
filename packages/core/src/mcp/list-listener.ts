import type { JsonRpcId } from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'
import type { AnswerHead } from '../exchange/response-head.ts'
import { ByteCollector } from '../http/byte-collector.ts'
import { dataOf } from './event-data.ts'
import { EventSplitter } from './event-splitter.ts'
import { parseJson } from './json.ts'
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
  if (x.messages === undefined) return undefined
  const { operations } = x.chain.metrics
  const asked = x.messages.all.filter(({ method }) => operations.learnsOf(method))
  if (asked.length === 0) return undefined
  if (head.status !== 200 || head.get('content-encoding') !== undefined) return undefined
  const methods = new Map(asked.map(({ id, method }) => [id, method]))
  const hear: Hear = text => {
    for (const { id, result } of answersIn(text)) {
      const method = methods.get(id)
      if (method !== undefined) operations.answered(method, result)
    }
  }
  if (head.mediaType === 'application/json') return new JsonListener(hear)
  return head.mediaType === 'text/event-stream' ? new EventsListener(hear) : undefined
}

type Hear = (text: string) => void

class JsonListener implements ListListener {
  readonly #hear: Hear
  readonly #bytes = new ByteCollector()
  #tooLong = false

  constructor(hear: Hear) {
    this.#hear = hear
  }

  take(chunk: Buffer): void {
    if (this.#tooLong) return
    this.#bytes.add(chunk)
    if (this.#bytes.size <= MOST_BYTES) return
    this.#tooLong = true
    this.#bytes.take()
  }

  end(): void {
    if (!this.#tooLong) this.#hear(this.#bytes.take().toString())
  }
}

class EventsListener implements ListListener {
  readonly #hear: Hear
  readonly #splitter = new EventSplitter(MOST_BYTES)
  #tooLong = false

  constructor(hear: Hear) {
    this.#hear = hear
  }

  take(chunk: Buffer): void {
    if (this.#tooLong) return
    try {
      for (const event of this.#splitter.push(chunk)) {
        const data = dataOf(event)
        if (data !== undefined && data !== '') this.#hear(data)
      }
    } catch {
      this.#tooLong = true
    }
  }

  end(): void {}
}

/** Of what is no JSON, or no answer, nothing. */
const answersIn = (text: string): readonly { readonly id: JsonRpcId; readonly result: unknown }[] => {
  try {
    const answer = parseJson(text)
    return (Array.isArray(answer) ? (answer as unknown[]) : [answer]).flatMap(message =>
      isObject(message) ? [{ id: message['id'] as JsonRpcId, result: message['result'] }] : []
    )
  } catch {
    return []
  }
}
