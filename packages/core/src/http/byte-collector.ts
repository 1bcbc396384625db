/**
 * Puts pieces together in one memory that doubles: a piece of one byte, kept as it came, holds some two hundred. One piece
 * alone is not copied.
 */
export class ByteCollector {
  #first: Buffer | undefined
  #memory: Buffer | undefined
  size = 0

  add(piece: Buffer): void {
    const at = this.size
    this.size += piece.length
    if (at === 0) {
      this.#first = piece
      return
    }
    this.#memory ??= this.#copyOfFirst()
    if (this.size > this.#memory.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.size, this.#memory.length * 2))
      this.#memory.copy(larger, 0, 0, at)
      this.#memory = larger
    }
    piece.copy(this.#memory, at)
  }

  /** All of it so far, valid until more is added. */
  get bytes(): Buffer {
    return this.#memory?.subarray(0, this.size) ?? this.#first ?? Buffer.alloc(0)
  }

  /** All of it, and starts anew. */
  take(): Buffer {
    const all = this.bytes
    this.#first = undefined
    this.#memory = undefined
    this.size = 0
    return all
  }

  #copyOfFirst(): Buffer {
    const memory = Buffer.allocUnsafe(Math.max(1024, this.#first!.length * 2))
    this.#first!.copy(memory)
    return memory
  }
}
