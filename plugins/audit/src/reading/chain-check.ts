import { hash } from 'node:crypto'
import { BEGINNING, type ChainEnd } from '../hash-chain.ts'
import { readRecordLine, type RecordLine } from '../record-line.ts'
import { provesHead } from './file-head.ts'
import type { Line } from './lines.ts'
import type { Signatures } from './signatures.ts'

/** Something wrong with a chain. */
export interface Finding {
  readonly what: 'changed' | 'missing' | 'inserted' | 'reordered' | 'replaced' | 'signature'
  readonly file: string
  /** The line, or the one behind which something is missing. */
  readonly line: number
  /** The first record that it is about. */
  readonly seq: number
  readonly message: string
}

/** A record of which only a piece is there. */
export interface TornRecord {
  readonly file: string
  readonly line: number
  readonly bytes: number
  /** The record before it. */
  readonly after: number
  /** Whether the next start of the gateway has recorded it, or the next file has the whole of it. */
  readonly recorded: boolean
}

/** Records that have not been met. */
interface Gap {
  readonly from: number
  readonly to: number
  readonly file: string
  readonly line: number
}

/** A line whose hash does not fit, or that is no record: whether it was changed or put there, the next record tells. */
interface Doubtful {
  readonly file: string
  readonly line: Line
}

const CHECKPOINT = /^\{"seq":\d+,"prev":"[0-9a-f]{64}","time":"[^"]*","type":"checkpoint",/
const LINE_FEED = Buffer.from('\n')
const TORN = /,"event":"start","torn":\{"bytes":(\d+),"sha256":"([0-9a-f]{64})"\}/

/** Follows one chain from record to record, and notes what does not fit. */
export class ChainCheck {
  readonly #signatures: Signatures
  readonly #findings: Finding[] = []
  readonly #anchors: readonly ChainEnd[]
  readonly torn: TornRecord[] = []
  /** Anchors that it has. */
  readonly met = new Set<ChainEnd>()
  #gaps: Gap[] = []
  readonly #doubtful: Doubtful[] = []
  #expected: number
  /** `undefined` where the record before was changed, and so may be its hash. */
  #prev: string | undefined
  #file = ''
  #line = 0
  #records = 0
  #signed: ChainEnd | undefined
  #stopped = false
  readonly #unclosed: number[] = []
  #headProven: boolean
  #firstFile: string | undefined

  /** `first`: the first record that there is. */
  constructor(first: RecordLine | undefined, signatures: Signatures, anchors: readonly ChainEnd[]) {
    this.#signatures = signatures
    this.#anchors = anchors
    this.#expected = first?.seq ?? 1
    this.#prev = first === undefined || first.seq === 1 ? BEGINNING.hash : first.prev
    for (const anchor of anchors) if (anchor.seq === this.lastSeq && anchor.hash === this.#prev) this.met.add(anchor)
    // Who knows the record before has taken a part out of a file, and has the whole of that.
    this.#headProven = this.met.size > 0
  }

  /** What is wrong, in the order of the records. */
  get findings(): readonly Finding[] {
    return this.#findings.toSorted((a, b) => a.seq - b.seq)
  }

  get records(): number {
    return this.#records
  }

  /** The last record; `undefined` if there is none. */
  get last(): ChainEnd | undefined {
    const seq = this.lastSeq
    return seq > 0 && this.#prev !== undefined ? { seq, hash: this.#prev } : undefined
  }

  /** Its number, whatever became of it. */
  get lastSeq(): number {
    return this.#expected - 1
  }

  /** The last checkpoint whose signature is good. */
  get signed(): ChainEnd | undefined {
    return this.#signed
  }

  /** Starts in front of which there is no stop. */
  get unclosed(): readonly number[] {
    return this.#unclosed
  }

  /** Whether nothing in front of it was cut off from the file that it begins in. */
  get headProven(): boolean {
    return this.#headProven
  }

  /** Whether the chain ends as a gateway ends it that stops. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Takes the next line. */
  take(file: string, line: Line): void {
    this.#file = file
    this.#firstFile ??= file
    this.#line = line.number
    const record = readRecordLine(line.bytes)
    if (record === undefined || !record.intact) {
      this.#doubtful.push({ file, line })
      return
    }
    this.#settle(record, line)
    this.#follow(record, line)
  }

  /** There are no more lines. */
  end(): void {
    const doubtful = this.#doubtful.splice(0)
    const last = doubtful.at(-1)
    if (last?.line.ended === false) doubtful.pop()
    for (const each of doubtful) this.#changed(each)
    if (last?.line.ended === false) this.#tear([last], false)
    for (const { from, to, file, line } of this.#gaps) {
      const which = from === to ? `record ${from} is` : `records ${from} to ${to} are`
      this.#findings.push({ what: 'missing', file, line, seq: from, message: `${which} missing` })
    }
  }

  /** The next record tells whether doubtful lines stand for records of their own. */
  #settle(next: RecordLine, line: Line): void {
    const doubtful = this.#doubtful.splice(0)
    if (doubtful.length === 0) return
    if (this.#isNext(next) && (isTorn(doubtful, line) || isWhole(doubtful, line))) return this.#tear(doubtful, true)
    const last = doubtful.pop()!
    for (const each of doubtful) this.#changed(each)
    if (!this.#isNext(next)) return this.#changed(last)
    const seq = this.#expected
    this.#find('inserted', seq, `a line that is no record was inserted in front of record ${seq}`, {
      file: last.file,
      number: last.line.number
    })
  }

  #isNext({ seq, prev }: RecordLine): boolean {
    return seq === this.#expected && (this.#prev === undefined || prev === this.#prev)
  }

  #changed({ file, line }: Doubtful): void {
    const seq = this.#expected
    this.#find('changed', seq, `record ${seq} was changed`, { file, number: line.number })
    this.#expected = seq + 1
    this.#prev = undefined
    this.#stopped = false
  }

  #tear(pieces: readonly Doubtful[], recorded: boolean): void {
    const { file, line } = pieces[0]!
    this.torn.push({ file, line: line.number, bytes: tornBytes(pieces).length, after: this.#expected - 1, recorded })
  }

  #follow(record: RecordLine, line: Line): void {
    const { seq, prev } = record
    if (seq < this.#expected) return this.#late(seq)
    if (seq > this.#expected) {
      this.#gaps.push({ from: this.#expected, to: seq - 1, file: this.#file, line: this.#line - 1 })
    } else if (this.#prev !== undefined && prev !== this.#prev) {
      const message = `record ${seq} does not follow from the one before it: that one was replaced, or this one`
      this.#find('replaced', seq, message)
    }
    this.#expected = seq + 1
    this.#prev = record.hash
    this.#records++
    const wasStopped = this.#stopped
    this.#stopped = false
    if (seq === 1) this.#headProven = true
    for (const anchor of this.#anchors) if (anchor.seq === seq && anchor.hash === record.hash) this.met.add(anchor)
    if (CHECKPOINT.test(line.bytes.toString('latin1', 0, 160))) this.#checkpoint(record, line, wasStopped)
  }

  #late(seq: number): void {
    const gap = this.#gaps.find(({ from, to }) => from <= seq && seq <= to)
    if (gap === undefined) return this.#find('inserted', seq, `a second record ${seq} was inserted`)
    this.#records++
    const rest = [
      { ...gap, to: seq - 1 },
      { ...gap, from: seq + 1 }
    ].filter(({ from, to }) => from <= to)
    this.#gaps = [...this.#gaps.filter(other => other !== gap), ...rest]
    this.#find('reordered', seq, `record ${seq} stands behind record ${this.#expected - 1}`)
  }

  #checkpoint(record: RecordLine, line: Line, wasStopped: boolean): void {
    const { seq } = record
    const { bytes } = line
    this.#stopped = bytes.includes(',"event":"stop",')
    if (seq > 1 && !wasStopped && bytes.includes(',"event":"start",')) this.#unclosed.push(seq)
    if (this.#file === this.#firstFile && provesHead(line)) this.#headProven = true
    if (!this.#signatures.checked) return
    const state = this.#signatures.stateOf(bytes)
    if (state === 'good') this.#signed = { seq, hash: record.hash }
    else if (state === 'bad') this.#find('signature', seq, `the signature of record ${seq} is not that of its key`)
    else if (state === 'unknown-key')
      this.#find('signature', seq, `record ${seq} is signed with a key that was not given`)
    else if (this.#signed !== undefined)
      this.#find('signature', seq, `record ${seq} is a checkpoint without a signature, behind one that has one`)
  }

  #find(
    what: Finding['what'],
    seq: number,
    message: string,
    { file, number } = { file: this.#file, number: this.#line }
  ) {
    this.#findings.push({ what, file, line: number, seq, message })
  }
}

/** Whether a start says that these lines are what was torn before it. */
const isTorn = (pieces: readonly Doubtful[], start: Line): boolean => {
  const [, bytes, sha256] = TORN.exec(start.bytes.toString('latin1')) ?? []
  if (bytes === undefined) return false
  const torn = tornBytes(pieces)
  return Number(bytes) === torn.length && sha256 === hash('sha256', torn)
}

/** Whether a piece at the end of a file is of the record that the next one begins with: it was moved away meanwhile. */
const isWhole = ([piece, ...more]: readonly Doubtful[], { bytes }: Line): boolean =>
  more.length === 0 &&
  piece?.line.ended === false &&
  bytes.subarray(0, piece.line.bytes.length).equals(piece.line.bytes)

const tornBytes = (pieces: readonly Doubtful[]): Buffer =>
  Buffer.concat(pieces.flatMap(({ line: { bytes } }, i) => (i === 0 ? [bytes] : [LINE_FEED, bytes])))
