import { ByteCollector } from '../http/byte-collector.ts'

const LF = 10
const CR = 13

/**
 * Cuts an event stream into events (HTML standard, section 9.2.6), byte by byte: each with its blank line, as it came. A
 * line ends with LF, CR or both.
 */
export class EventSplitter {
  readonly #maxBytes: number
  readonly #pending = new ByteCollector()
  /** The line that is being read is empty so far. */
  #lineEmpty = true
  /** A CR was the last byte: an LF now belongs to it. */
  #afterCr = false

  /** `maxBytes` is the longest event that is taken. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The events that these bytes complete. @throws RangeError for an event that is too long */
  push(chunk: Buffer): Buffer[] {
    const events: Buffer[] = []
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      const secondOfPair = byte === LF && this.#afterCr
      this.#afterCr = byte === CR
      if (secondOfPair) {
        // The event before it is on its way already, and its reader waits for this byte.
        if (this.#pending.size === 0 && start === i) events.push(chunk.subarray(i, (start = i + 1)))
        continue
      }
      if (byte !== LF && byte !== CR) {
        this.#lineEmpty = false
        continue
      }
      if (this.#lineEmpty) {
        if (this.#afterCr && chunk[i + 1] === LF) {
          i++
          this.#afterCr = false
        }
        events.push(this.#take(chunk.subarray(start, i + 1)))
        start = i + 1
      }
      this.#lineEmpty = true
    }
    this.#keep(chunk.subarray(start))
    return events
  }

  /** What is left when the stream ends. */
  rest(): Buffer {
    return this.#take(Buffer.alloc(0))
  }

  #take(last: Buffer): Buffer {
    this.#keep(last)
    return this.#pending.take()
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#pending.add(part)
    if (this.#pending.size > this.#maxBytes) throw new RangeError(`an event is longer than ${this.#maxBytes} bytes`)
  }
}
