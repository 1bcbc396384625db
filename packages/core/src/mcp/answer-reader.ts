import { isPromise } from '../chain/run.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import type { AnswerHead } from '../exchange/response-head.ts'
import { ByteCollector } from '../http/byte-collector.ts'
import { dataOf, typeOf, withData } from './event-data.ts'
import { EventSplitter } from './event-splitter.ts'
import { JsonFault, textOf } from './json.ts'
import { type OnRefused, readResults } from './results.ts'

type Maybe<T> = T | Promise<T>

/** An answer whose results somebody wants to see, and that cannot be read. */
export class AnswerFault extends Error {
  override name = 'AnswerFault'
}

/** Reads the results in an answer on its way to the client. Each gives the bytes that may go on. */
export interface AnswerReader {
  /** Whether the head waits for the whole body, whose length may change. */
  readonly holdsHead: boolean
  /** @throws AnswerFault, FilterError */
  take(chunk: Buffer): Maybe<Buffer>
  /** The answer has ended. @throws AnswerFault, FilterError */
  end(): Maybe<Buffer>
}

const NOTHING = Buffer.alloc(0)

/**
 * The reader for an answer, by its head; none where there is nothing that a client would take for a result.
 *
 * @throws AnswerFault for a coding or a kind of content that cannot be read
 */
export const answerReader = (head: AnswerHead, x: LiveExchange, refused: OnRefused): AnswerReader | undefined => {
  if (x.method === 'HEAD' || head.status === 204 || head.status === 304) return undefined
  const coding = head.get('content-encoding') ?? 'identity'
  const type = head.mediaType
  const ok = head.status < 300
  const readable = type === 'application/json' || type === 'text/event-stream'
  if (!readable && !ok) return undefined
  if (coding.toLowerCase() !== 'identity') throw new AnswerFault(`it has the content coding ${coding}`)
  if (head.status === 206) throw new AnswerFault('it is a part of one')
  const texts: Texts = { read: text => read(text, x, refused), maxBytes: x.chain.mcpResultBytes }
  if (type === 'text/event-stream') return new EventsReader(texts)
  if (type === 'application/json') return new JsonReader(texts)
  return head.status === 202 ? new DroppingReader() : new EmptyReader()
}

/** One JSON text: read when all of it is here. */
class JsonReader implements AnswerReader {
  readonly holdsHead = true
  readonly #texts: Texts
  readonly #bytes = new ByteCollector()

  constructor(texts: Texts) {
    this.#texts = texts
  }

  take(chunk: Buffer): Buffer {
    this.#bytes.add(chunk)
    const { maxBytes } = this.#texts
    if (this.#bytes.size > maxBytes)
      throw new AnswerFault(`it is longer than ${maxBytes} bytes (limits.mcpResultBytes)`)
    return NOTHING
  }

  end(): Maybe<Buffer> {
    const body = this.#bytes.take()
    if (body.length === 0) return body
    const after = this.#texts.read(body)
    return isPromise(after) ? after.then(text => bytes(text, body)) : bytes(after, body)
  }
}

/** An event stream: event by event, each passed on once it is read. */
class EventsReader implements AnswerReader {
  readonly holdsHead = false
  readonly #texts: Texts
  readonly #splitter: EventSplitter

  constructor(texts: Texts) {
    this.#texts = texts
    this.#splitter = new EventSplitter(texts.maxBytes)
  }

  take(chunk: Buffer): Maybe<Buffer> {
    try {
      return this.#read(this.#splitter.push(chunk))
    } catch (error) {
      throw error instanceof RangeError ? new AnswerFault(error.message, { cause: error }) : error
    }
  }

  /** A client need not process an event without its blank line (HTML standard, section 9.2.6), but may. */
  end(): Maybe<Buffer> {
    return this.#read([this.#splitter.rest()])
  }

  /** One after the other: what fails must not leave others on their way, whose failures nobody would hear of. */
  #read(events: readonly Buffer[], read: Buffer[] = []): Maybe<Buffer> {
    while (read.length < events.length) {
      const event = this.#event(events[read.length]!)
      if (isPromise(event)) {
        return event.then(bytes => {
          read.push(bytes)
          return this.#read(events, read)
        })
      }
      read.push(event)
    }
    return joined(read)
  }

  #event(event: Buffer): Maybe<Buffer> {
    const data = dataOf(event)
    if (data === undefined || data === '') return event
    // Clients read messages in events of type `message`; others, such as `endpoint` of 2024-11-05, may have any data.
    if (typeOf(event) !== 'message' && !looksLikeJson(data)) return event
    const after = this.#texts.read(data)
    const replace = (text: string | undefined): Buffer => (text === undefined ? event : withData(event, text))
    return isPromise(after) ? after.then(replace) : replace(after)
  }
}

/** Content of no known kind: there must be none. */
class EmptyReader implements AnswerReader {
  readonly holdsHead = true

  take(chunk: Buffer): Buffer {
    if (chunk.length > 0) throw new AnswerFault('it is neither JSON nor an event stream')
    return NOTHING
  }

  end(): Buffer {
    return NOTHING
  }
}

/** Of `202 Accepted` no client reads the body, which servers of 2024-11-05 write a word into. */
class DroppingReader implements AnswerReader {
  readonly holdsHead = true

  take(): Buffer {
    return NOTHING
  }

  end(): Buffer {
    return NOTHING
  }
}

/** Takes each JSON text of an answer through the hooks; gives the text to send in its place, if it is another. */
interface Texts {
  read(text: string | Buffer): Maybe<string | undefined>
  readonly maxBytes: number
}

const read = (text: string | Buffer, x: LiveExchange, refused: OnRefused): Maybe<string | undefined> => {
  try {
    const after = readResults(typeof text === 'string' ? text : textOf(text), x, refused)
    return isPromise(after) ? after.catch(unreadable) : after
  } catch (error) {
    return unreadable(error)
  }
}

const unreadable = (error: unknown): never => {
  throw error instanceof JsonFault ? new AnswerFault(error.message, { cause: error }) : error
}

const looksLikeJson = (data: string): boolean => /^\s*[[{]/.test(data)

const bytes = (text: string | undefined, before: Buffer): Buffer => (text === undefined ? before : Buffer.from(text))

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? parts[0]! : Buffer.concat(parts))
