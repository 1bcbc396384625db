import { ByteCollector } from '../http/byte-collector.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { ClientFault } from './client-fault.ts'
import { readHead, type ReceivedHead } from './response-head.ts'

/** Bytes that a response's head may have, with all interim ones before it. */
const MOST_HEAD = 64 * 1024
/** As bytes: a text would be put into bytes for every search. */
const END_OF_HEAD = Buffer.from('\r\n\r\n')
const BEGINNING = 'HTTP/1.'
const NOTHING = Buffer.alloc(0)

/** What is told of a response as it is read. */
export interface ResponseSink {
  onHead(head: ReceivedHead): void
  onData(bytes: Buffer): void
  /** `persistent`: the connection can take another request. */
  onEnd(persistent: boolean): void
}

/** What the next byte belongs to; `end` is not told yet, `idle` waits for the next request. */
type Place = 'idle' | 'head' | 'length' | 'chunked' | 'close' | 'end'

/** Reads the responses of one connection (RFC 9112), one request at a time, however the bytes are cut. */
export class ResponseParser {
  /** Nothing more is told until {@link resume}. May be set while something is told. */
  paused = false
  readonly #sink: ResponseSink
  #place: Place = 'idle'
  #method = ''
  readonly #partial = new ByteCollector()
  #interimBytes = 0
  #left = 0
  #persistent = false
  #decoder: ChunkedDecoder | undefined = undefined
  #rest: Buffer = NOTHING

  constructor(sink: ResponseSink) {
    this.#sink = sink
  }

  /** A request of `method` is on its way. */
  begin(method: string): void {
    this.#place = 'head'
    this.#method = method
    this.#interimBytes = 0
  }

  /** @throws ClientFault for what is no response, or is one to no request */
  take(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length || this.#place === 'end') {
      if (this.paused) {
        this.#rest = at === 0 ? bytes : bytes.subarray(at)
        return
      }
      at = this.#step(bytes, at)
    }
  }

  /** Tells what has come meanwhile. @throws ClientFault as {@link take} does */
  resume(): void {
    const rest = this.#rest
    this.#rest = NOTHING
    this.paused = false
    this.take(rest)
  }

  /** The server sends no more. @throws ClientFault if the response should have gone on */
  finish(): void {
    if (this.#place === 'idle') return
    if (this.#place !== 'close') throw new ClientFault('closed', 'The upstream closed the connection')
    this.#place = 'idle'
    this.#sink.onEnd(false)
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#place) {
      case 'head':
        return this.#head(bytes, at)
      case 'length':
        return this.#counted(bytes, at)
      case 'chunked':
        return this.#chunk(bytes, at)
      case 'close':
        this.#sink.onData(at === 0 ? bytes : bytes.subarray(at))
        return bytes.length
      case 'end':
        return this.#end(bytes, at)
      default:
        throw new ClientFault('invalid', 'The upstream sent what nobody asked for')
    }
  }

  #head(bytes: Buffer, at: number): number {
    const before = this.#partial.size
    if (before > 0) this.#partial.add(at === 0 ? bytes : bytes.subarray(at))
    const whole = before === 0 ? bytes : this.#partial.bytes
    const from = before === 0 ? at : 0
    // The empty line may have begun in what came before.
    const end = whole.indexOf(END_OF_HEAD, Math.max(from, before - END_OF_HEAD.length))
    const size = (end === -1 ? whole.length : end) - from
    if (this.#interimBytes + size > MOST_HEAD) throw new ClientFault('invalid', 'The head is larger than 64 KiB')
    if (end === -1) {
      if (!BEGINNING.startsWith(whole.toString('latin1', from, from + BEGINNING.length))) {
        throw new ClientFault('invalid', 'The upstream does not speak HTTP/1')
      }
      if (before === 0) this.#partial.add(bytes.subarray(at))
      return bytes.length
    }
    const text = whole.toString('latin1', from, end)
    if (before > 0) this.#partial.take()
    this.#begun(readHead(text, this.#method), size)
    return bytes.length - (whole.length - end - END_OF_HEAD.length)
  }

  #begun(head: ReceivedHead, size: number): void {
    const { status, framing, length } = head
    if (status < 200) return this.#interim(status, size)
    this.#persistent = head.persistent && framing !== 'close'
    this.#left = length
    this.#decoder = framing === 'chunked' ? new ChunkedDecoder() : undefined
    this.#place = framing === 'none' || (framing === 'length' && length === 0) ? 'end' : framing
    this.#sink.onHead(head)
  }

  /** Not the response, whoever asked for it (RFC 9110 section 15.2). But after 101 it is not HTTP that follows. */
  #interim(status: number, size: number): void {
    if (status === 101) throw new ClientFault('invalid', 'The upstream switched protocols, for which nobody asked')
    this.#interimBytes += size
  }

  #counted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.#left -= end - at
    if (this.#left === 0) this.#place = 'end'
    this.#sink.onData(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
    return end
  }

  #chunk(bytes: Buffer, at: number): number {
    const decoder = this.#decoder!
    const next = decoder.read(bytes, at)
    if (decoder.done) this.#place = 'end'
    if (decoder.data !== undefined) this.#sink.onData(decoder.data)
    return next
  }

  /** What follows a whole response is none to anything: the connection is not to be trusted any more. */
  #end(bytes: Buffer, at: number): number {
    this.#place = 'idle'
    this.#sink.onEnd(this.#persistent && at === bytes.length)
    return bytes.length
  }
}
