import { createReadStream } from 'node:fs'

/** A line of a file. */
export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** Bytes of the file in front of it. */
  readonly offset: number
  /** Without its line feed. */
  readonly bytes: Buffer
  /** Whether it ends with a line feed; only the last one may not. */
  readonly ended: boolean
}

const LF = 10

/** The lines of a file, one after the other, whatever its size. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let begun: Buffer[] = []
  let number = 0
  let offset = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      begun.push(chunk.subarray(start, end))
      const bytes = begun.length === 1 ? begun[0]! : Buffer.concat(begun)
      yield { number: ++number, offset, bytes, ended: true }
      begun = []
      offset += bytes.length + 1
      start = end + 1
    }
    if (start < chunk.length) begun.push(chunk.subarray(start))
  }
  if (begun.length > 0) yield { number: ++number, offset, bytes: Buffer.concat(begun), ended: false }
}
