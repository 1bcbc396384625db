const LF = 10
const CR = 13

/**
 * Knows where events of a stream end (HTML standard, section 9.2.6): after an empty line, and a line ends with LF, CR or
 * both. The last three bytes tell, so that a stream which nobody ends costs nothing a byte.
 */
export class EventEnds {
  /** The last three bytes that went by. Before the first one nothing is begun. */
  #last = 0x0a0a0a

  /** Whether nothing is begun that is not whole. */
  get between(): boolean {
    const last = this.#last & 0xff
    const before = (this.#last >> 8) & 0xff
    const pair = last === LF && before === CR
    return isLineEnd(last) && isLineEnd(pair ? this.#last >> 16 : before)
  }

  /** These bytes go by. */
  pass(bytes: Buffer): void {
    for (let i = Math.max(bytes.length - 3, 0); i < bytes.length; i++) this.#step(bytes[i]!)
  }

  /** How many of these bytes go by until an event is whole; -1 if none of them ends it. */
  passToEnd(bytes: Buffer): number {
    for (let i = 0; i < bytes.length; i++) {
      this.#step(bytes[i]!)
      if (this.between) return bytes[i] === CR && bytes[i + 1] === LF ? i + 2 : i + 1
    }
    return -1
  }

  #step(byte: number): void {
    this.#last = ((this.#last << 8) | byte) & 0xffffff
  }
}

const isLineEnd = (byte: number): boolean => byte === LF || byte === CR
