import { hash } from 'node:crypto'
import { timeText } from './time-text.ts'

/** Makes the signature of some bytes: Ed25519, base64url. */
export type Sign = (bytes: Uint8Array) => string

const HASH_LENGTH = 64
const SIGNATURE_LENGTH = 86
const NO_HASH = '0'.repeat(HASH_LENGTH)
/** What follows the fields of a record: `,"hash":"…"}`, and in front of that `,"signature":"…"`. */
const END = `,"hash":"${NO_HASH}"}\n`
const SIGNED_END = `,"signature":"${'0'.repeat(SIGNATURE_LENGTH)}"${END}`
/** From the beginning of `,"prev":"` or `,"hash":"` to its value. */
const TO_HASH = 9
const TO_SIGNATURE = 14

/**
 * The line of a record whose hashes are yet to be made: `fields` are members of a JSON object in ASCII. `docs/audit.md` has
 * the form byte for byte.
 */
export const draftLine = (seq: number, fields: string, signed: boolean): string =>
  `{"seq":${seq},"prev":"${NO_HASH}","time":"${timeText(Date.now())}",${fields}${signed ? SIGNED_END : END}`

/**
 * Lines that are written together. They are copied into a buffer at once, since strings that wait would outlive the youngest
 * generation, and are chained many in one go: code that runs for fifty records is in the caches.
 */
export class RecordBatch {
  readonly #buffer: Buffer
  #length = 0
  /** For each line: where it begins, and where its `prev` stands. */
  readonly #starts: number[] = []
  readonly #prevs: number[] = []
  readonly #signed = new Map<number, Sign>()
  /** Lines that are chained. */
  #chained = 0

  /** `size`: bytes that it takes. */
  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
  }

  /** Bytes that it can take at all. */
  get size(): number {
    return this.#buffer.length
  }

  /** Bytes that are in it. */
  get length(): number {
    return this.#length
  }

  /** Whether so many bytes more find room. */
  fits(length: number): boolean {
    return this.#length + length <= this.#buffer.length
  }

  /** Ends a line that somebody else has begun. */
  endLine(): void {
    this.#length += this.#buffer.write('\n', this.#length, 'latin1')
  }

  /** Adds a line of {@link draftLine}, for which there must be room. */
  add(line: string, sign: Sign | undefined): void {
    if (sign !== undefined) this.#signed.set(this.#starts.length, sign)
    this.#starts.push(this.#length)
    this.#prevs.push(this.#length + line.indexOf(',') + TO_HASH)
    this.#length += this.#buffer.write(line, this.#length, 'latin1')
  }

  /**
   * Chains the lines that are not yet: each gets the hash of the one before, the first of them `head`, and its own.
   *
   * @returns the hash of the last
   */
  chain(head: string): string {
    const buffer = this.#buffer
    const starts = this.#starts
    for (let i = this.#chained; i < starts.length; i++) {
      buffer.write(head, this.#prevs[i]!, 'latin1')
      // What is hashed ends where its own field begins, and what is signed where that of the signature does.
      const hashedTo = (starts[i + 1] ?? this.#length) - END.length
      const sign = this.#signed.get(i)
      if (sign !== undefined) {
        const signedTo = hashedTo + END.length - SIGNED_END.length
        buffer.write(sign(buffer.subarray(starts[i], signedTo)), signedTo + TO_SIGNATURE, 'latin1')
      }
      head = hash('sha256', buffer.subarray(starts[i], hashedTo))
      buffer.write(head, hashedTo + TO_HASH, 'latin1')
    }
    this.#chained = starts.length
    return head
  }

  /** From a byte on, what is in it. */
  bytes(from = 0): Uint8Array {
    return this.#buffer.subarray(from, this.#length)
  }

  /** From where on it is to be written into another file than that in which it is up to a byte. */
  goOnFrom(at: number): number {
    const next = this.#starts.find(start => start > at) ?? this.#length
    // A record is whole without its line feed, and that of another's line is of no use in front of the first.
    return at === next - 1 ? next : (this.#starts.findLast(start => start <= at) ?? next)
  }

  /** How many records end behind a byte. */
  countFrom(at: number): number {
    return this.#starts.filter((_, i) => (this.#starts[i + 1] ?? this.#length) > at).length
  }

  /** Makes it empty, to be used again. */
  clear(): void {
    this.#length = 0
    this.#chained = 0
    this.#starts.length = 0
    this.#prevs.length = 0
    this.#signed.clear()
  }
}
