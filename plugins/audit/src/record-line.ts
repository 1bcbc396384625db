import { hash } from 'node:crypto'

/** What a line says of its place in a chain. */
export interface RecordLine {
  readonly seq: number
  readonly prev: string
  /** As it stands there. */
  readonly hash: string
  /** Whether that is the hash of what stands in front of it. */
  readonly intact: boolean
}

const RECORD = /^\{"seq":([1-9]\d{0,15}),"prev":"([0-9a-f]{64})",.*,"hash":"([0-9a-f]{64})"\}$/s
/** Length of `,"hash":"…"}`. */
const HASH_FIELD = 75

/** Reads a line without its line feed; `undefined` if it has not the form of a record. */
export const readRecordLine = (line: Buffer): RecordLine | undefined => {
  // As latin1 every byte is one character, and no two lines look alike.
  const [, seq, prev = '', stated = ''] = RECORD.exec(line.toString('latin1')) ?? []
  if (seq === undefined) return undefined
  const intact = hash('sha256', line.subarray(0, -HASH_FIELD)) === stated
  return { seq: Number(seq), prev, hash: stated, intact }
}
