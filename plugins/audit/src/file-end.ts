import { fstatSync, readSync } from 'node:fs'
import { BEGINNING, type ChainEnd } from './hash-chain.ts'
import { readRecordLine } from './record-line.ts'

/** How a file ends: with a whole record, and then perhaps with a piece of one. */
export interface FileEnd {
  /** The last whole record; the beginning of a chain if there is none. */
  readonly last: ChainEnd
  /** What a process that was killed had written of its next record. */
  readonly torn: Buffer
  /** The last record is whole, and only its line feed is missing. */
  readonly unended: boolean
}

const EMPTY = Buffer.alloc(0)
/** The end of a file that is empty. */
export const NOTHING_YET: FileEnd = Object.freeze({ last: BEGINNING, torn: EMPTY, unended: false })

const LF = 10
const CHUNK = 64 * 1024

/** Reads how an open file ends. @throws Error where its last line is no record, or was changed */
export const readFileEnd = (fd: number): FileEnd => {
  const tail = readTail(fd)
  const end = tail.lastIndexOf(LF)
  const torn = tail.subarray(end + 1)
  const whole = torn.length === 0 ? undefined : readRecordLine(torn)
  if (whole?.intact === true) return { last: whole, torn: EMPTY, unended: true }
  if (end === -1) return { last: BEGINNING, torn, unended: false }
  const last = readRecordLine(tail.subarray(tail.lastIndexOf(LF, end - 1) + 1, end))
  if (last === undefined) throw new Error('its last line is no audit record')
  if (!last.intact) throw new Error(`its last record, ${last.seq}, was changed`)
  return { last, torn, unended: false }
}

/** The end of a file, from the line feed in front of its last whole line on, or all of it. */
const readTail = (fd: number): Buffer => {
  const { size } = fstatSync(fd)
  for (let length = CHUNK; ; length *= 4) {
    const bytes = Buffer.alloc(Math.min(length, size))
    const read = readSync(fd, bytes, 0, bytes.length, size - bytes.length)
    const tail = bytes.subarray(0, read)
    const end = tail.lastIndexOf(LF)
    if (length >= size || (end > 0 && tail.lastIndexOf(LF, end - 1) !== -1)) return tail
  }
}
