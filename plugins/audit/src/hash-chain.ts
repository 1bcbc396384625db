import { hash } from 'node:crypto'
import { timeText } from './time-text.ts'

/** The last record of a chain. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

/** In front of the first record. */
export const BEGINNING: ChainEnd = Object.freeze({ seq: 0, hash: '0'.repeat(64) })

/**
 * Makes records out of their fields, each with the hash of the one before. `docs/audit.md` has the form byte for byte: the
 * hash is the SHA-256 of all that stands in front of its own field.
 */
export class HashChain {
  #seq: number
  #head: string
  #bytes = Buffer.allocUnsafeSlow(4096)

  constructor({ seq, hash: head }: ChainEnd) {
    this.#seq = seq
    this.#head = head
  }

  /** Number of the last record. */
  get seq(): number {
    return this.#seq
  }

  /** Adds a record: `fields` are members of a JSON object. With `sign` it carries a signature of all in front of that. */
  add(fields: string, sign?: (text: string) => string): string {
    let text = `{"seq":${++this.#seq},"prev":"${this.#head}","time":"${timeText(Date.now())}",${fields}`
    if (sign !== undefined) text += `,"signature":"${sign(text)}"`
    this.#head = this.#hashOf(text)
    return `${text},"hash":"${this.#head}"}\n`
  }

  /** A record is ASCII: to copy it first takes a third less than to have it encoded. */
  #hashOf(text: string): string {
    if (text.length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(2 * text.length)
    return hash('sha256', this.#bytes.subarray(0, this.#bytes.write(text, 'latin1')))
  }
}
