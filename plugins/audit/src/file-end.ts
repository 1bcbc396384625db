import { fstatSync, readSync } from 'node:fs'
import { BEGINNING, type ChainEnd } from './hash-chain.ts'
import { readRecordLine, type RecordLine } from './record-line.ts'

/** How a file ends: with a whole record, and then perhaps with a piece of one. */
export interface FileEnd {
  /** The last whole record; `BEGINNING` if there is none. */
  readonly last: ChainEnd
  /** What a process that was killed had written of its next record; several that were, one after the other, of theirs. */
  readonly torn: Buffer
  /** The last line wants a line feed. */
  readonly unended: boolean
}

const EMPTY = Buffer.alloc(0)
/** The end of what holds nothing yet. */
export const NOTHING_YET: FileEnd = Object.freeze({ last: BEGINNING, torn: EMPTY, unended: false })

const LF = 10
const CHUNK = 64 * 1024
/** How a record begins, and so a piece of one. */
const BEGIN = Buffer.from('{"seq":')

/** Reads how an open file ends. @throws Error where a line at its end is neither a record nor a piece of one, or was changed */
export const readFileEnd = (fd: number): FileEnd => {
  const { size } = fstatSync(fd)
  for (let length = CHUNK; ; length *= 4) {
    const tail = readTail(fd, size, length)
    const end = endOf(tail, tail.length === size)
    if (end !== undefined) return end
  }
}

/** `undefined` where more of the file must be read to tell. */
const endOf = (tail: Buffer, isAll: boolean): FileEnd | undefined => {
  const piece = tail.subarray(tail.lastIndexOf(LF) + 1)
  const unended = piece.length > 0
  const whole = unended ? readRecordLine(piece) : undefined
  if (whole?.intact === true) return { last: whole, torn: EMPTY, unended }
  for (let to = tail.length - piece.length; to > 0;) {
    const from = tail.lastIndexOf(LF, to - 2) + 1
    // Its beginning may not be in the tail.
    if (from === 0 && !isAll) return undefined
    const line = tail.subarray(from, to - 1)
    const record = readRecordLine(line)
    if (record !== undefined) return { last: intact(record), torn: withoutEnd(tail.subarray(to)), unended }
    if (!isPiece(line)) throw new Error('its last line is no audit record')
    to = from
  }
  return isAll ? { last: BEGINNING, torn: withoutEnd(tail), unended } : undefined
}

const withoutEnd = (torn: Buffer): Buffer => (torn.at(-1) === LF ? torn.subarray(0, -1) : torn)

const isPiece = (line: Buffer): boolean =>
  line.length > 0 && line.subarray(0, BEGIN.length).equals(BEGIN.subarray(0, line.length))

const intact = (record: RecordLine): RecordLine => {
  if (!record.intact) throw new Error(`its last record, ${record.seq}, was changed`)
  return record
}

const readTail = (fd: number, size: number, length: number): Buffer => {
  const bytes = Buffer.alloc(Math.min(length, size))
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, size - bytes.length))
}
