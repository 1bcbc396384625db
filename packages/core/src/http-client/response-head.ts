import { ClientFault } from './client-fault.ts'

/** How the end of a message's content is known (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close'

/** The head of a response, with what it says of the message and of the connection. */
export interface ReceivedHead {
  readonly status: number
  /** Names and values in turn, as they were written, without the blanks around a value. */
  readonly fields: string[]
  readonly framing: Framing
  /** Bytes of content where `framing` is `length`. */
  readonly length: number
  /** Whether another request may follow on the connection. */
  readonly persistent: boolean
  /** Seconds from `Keep-Alive: timeout=`, where the server names any. */
  readonly keepAliveSeconds: number | undefined
}

/**
 * A head without its final empty line, by the grammar of RFC 9112 sections 4 and 5: no line folding, no blank before a
 * colon, no line feed or carriage return alone, no control. No part of it can be read in two ways, so that it is linear.
 */
const HEAD =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/

/** Trailer fields, each with its line end. */
const FIELDS = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/

const DIGITS = /^\d{1,15}$/

/**
 * Reads the head of a response to a request of `method`. `text` is latin1 and ends before the empty line.
 *
 * @throws ClientFault for what is no head, or says two things about where the message ends
 */
export const readHead = (text: string, method: string): ReceivedHead => {
  if (!HEAD.test(text)) throw invalid('The head is not as RFC 9112 wants it')
  const reader = new HeadReader(text)
  return reader.read(method)
}

/** @throws ClientFault for trailer fields that are none */
export const checkTrailers = (text: string): void => {
  if (!FIELDS.test(text)) throw invalid('The trailer fields are not as RFC 9112 wants them')
}

const invalid = (message: string): ClientFault => new ClientFault('invalid', message)

class HeadReader {
  readonly #text: string
  readonly #fields: string[] = []
  #length: number | undefined = undefined
  #chunked = false
  #close = false
  #keepAlive = false
  #keepAliveSeconds: number | undefined = undefined

  constructor(text: string) {
    this.#text = text
  }

  read(method: string): ReceivedHead {
    const text = this.#text
    const status = Number(text.slice(9, 12))
    let at = text.indexOf('\r\n')
    while (at !== -1) {
      const next = text.indexOf('\r\n', at + 2)
      this.#field(at + 2, next === -1 ? text.length : next)
      at = next
    }
    const minor = text.charCodeAt(7) - 48
    if (this.#chunked && (this.#length !== undefined || minor === 0)) {
      throw invalid('Transfer-Encoding beside Content-Length, or in HTTP/1.0')
    }
    return {
      status,
      fields: this.#fields,
      framing: this.#framing(status, method),
      length: this.#length ?? 0,
      persistent: minor === 0 ? this.#keepAlive && !this.#close : !this.#close,
      keepAliveSeconds: this.#keepAliveSeconds
    }
  }

  #framing(status: number, method: string): Framing {
    if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none'
    if (this.#chunked) return 'chunked'
    return this.#length === undefined ? 'close' : 'length'
  }

  #field(start: number, end: number): void {
    const text = this.#text
    const colon = text.indexOf(':', start)
    const name = text.slice(start, colon)
    const value = withoutBlanks(text, colon + 1, end)
    this.#fields.push(name, value)
    if (name.length === 14) this.#contentLength(name, value)
    else if (name.length === 17) this.#transferEncoding(name, value)
    else if (name.length === 10) this.#connection(name.toLowerCase(), value)
  }

  #contentLength(name: string, value: string): void {
    if (name.toLowerCase() !== 'content-length') return
    if (this.#length !== undefined || !DIGITS.test(value)) throw invalid('Content-Length stands twice, or is no length')
    this.#length = Number(value)
  }

  /** Nobody asked for another coding, and the coded bytes would pass for the content (RFC 9112 section 7.3). */
  #transferEncoding(name: string, value: string): void {
    if (name.toLowerCase() !== 'transfer-encoding') return
    if (this.#chunked || value.toLowerCase() !== 'chunked') throw invalid('Transfer-Encoding is not chunked, once')
    this.#chunked = true
  }

  #connection(name: string, value: string): void {
    if (name === 'connection') {
      const options = value.toLowerCase()
      this.#close ||= names(options, 'close')
      this.#keepAlive ||= names(options, 'keep-alive')
    } else if (name === 'keep-alive') {
      const seconds = /(?:^|[,\s])timeout=(\d{1,9})/i.exec(value)?.[1]
      if (seconds !== undefined) this.#keepAliveSeconds = Number(seconds)
    }
  }
}

const names = (options: string, option: string): boolean =>
  options === option || (options.includes(option) && options.split(',').some(each => each.trim() === option))

/** A part of a text without the blanks at its ends. Not `trim`, which takes more for blank than HTTP does. */
const withoutBlanks = (text: string, from: number, to: number): string => {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
