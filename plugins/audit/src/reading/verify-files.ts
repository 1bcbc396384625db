import { BEGINNING, type ChainEnd } from '../hash-chain.ts'
import { readRecordLine, type RecordLine } from '../record-line.ts'
import { ChainCheck, type Finding, type TornRecord } from './chain-check.ts'
import { type Line, linesOf } from './lines.ts'
import { Signatures } from './signatures.ts'

/** A record that somebody has noted down elsewhere: the chain must have it. */
export type Anchor = ChainEnd

/** How files are verified. */
export interface VerifyOptions {
  /** Public keys, PEM. Without any, signatures are not checked. */
  readonly keys?: readonly string[]
  readonly anchors?: readonly Anchor[]
}

/** What was found of one chain. */
export interface VerifiedChain {
  /** In the order of their records. */
  readonly files: readonly string[]
  readonly records: number
  /** Number of the first record; 1 unless files before these were not given. */
  readonly first: number
  readonly last: ChainEnd | undefined
  /** The last checkpoint whose signature is good. */
  readonly signed: ChainEnd | undefined
  /** Records behind it; all of them if there is none. */
  readonly unsigned: number
  /** Whether it ends as a gateway ends it that stops; else it is written still, or was killed, or the end was cut off. */
  readonly closed: boolean
  /** Starts in front of which there is no stop: what waited to be written then is lacking. */
  readonly unclosed: readonly number[]
  readonly torn: readonly TornRecord[]
  readonly findings: readonly Finding[]
}

/** What was found. */
export interface Verification {
  /** Whether nothing was changed, removed, inserted or put in another order. */
  readonly ok: boolean
  /** Whether signatures were looked at. */
  readonly signaturesChecked: boolean
  /** Anchors that no chain has: the record was replaced, or cut off. */
  readonly missed: readonly Anchor[]
  readonly chains: readonly VerifiedChain[]
}

/**
 * Verifies the files of a chain, in whatever order they are named; files of several chains are told apart.
 *
 * @throws KeyFault for a key that is none, and errors of reading
 */
export const verifyFiles = async (
  files: readonly string[],
  { keys = [], anchors = [] }: VerifyOptions = {}
): Promise<Verification> => {
  const signatures = new Signatures(keys)
  const begun = await Promise.all(files.map(async file => ({ file, first: await firstRecord(file) })))
  const chains: Chain[] = []
  const beginChain = (first: RecordLine | undefined, lost: boolean): Chain => ({
    check: new ChainCheck(first, signatures, anchors),
    first: first?.seq ?? 1,
    files: [],
    lost
  })
  for (const { file, first } of begun.toSorted((a, b) => (a.first?.seq ?? Infinity) - (b.first?.seq ?? Infinity))) {
    // Another chain begins with record 1; what goes on with none of several is one whose beginning was not given.
    const before = first?.seq === 1 ? undefined : chains.find(({ check }) => check.last?.hash === first?.prev)
    const only = chains.length === 1 && first?.seq !== 1 ? chains[0] : undefined
    // Of one chain alone, that what is in front was not given; beside others it could be what was taken out of them.
    const lost = first !== undefined && first.seq > 1 && chains.length > 0
    let chain = before ?? only ?? beginChain(first, lost)
    if (chain.files.push(file) === 1) chains.push(chain)
    for await (const line of linesOf(file)) {
      if (chain.check.records > 0 && isAnotherStart(line)) {
        chain = beginChain(undefined, false)
        chain.files.push(file)
        chains.push(chain)
      }
      chain.check.take(file, line)
    }
  }
  const verified = chains.map(begun => {
    begun.check.end()
    const chain = verifiedChain(begun)
    return { ...chain, findings: [...asWhole(chain, begun, signatures), ...chain.findings] }
  })
  const missed = anchors.filter(anchor => !chains.some(({ check }) => check.met.has(anchor)))
  return {
    ok: missed.length === 0 && verified.every(({ findings }) => findings.length === 0),
    signaturesChecked: signatures.checked,
    missed,
    chains: verified
  }
}

/** A chain while its files are read. */
interface Chain {
  readonly check: ChainCheck
  /** Number of its first record. */
  readonly first: number
  readonly files: string[]
  /** It goes on with none of the other chains. */
  readonly lost: boolean
}

/** The first line of a file that has the form of a record. */
const firstRecord = async (file: string): Promise<RecordLine | undefined> => {
  for await (const { bytes } of linesOf(file)) {
    const record = readRecordLine(bytes)
    if (record !== undefined) return record
  }
  return undefined
}

/** On standard output each process begins a chain of its own; in a file, where a start has its offset, none does. */
const FIRST = Buffer.from(`{"seq":1,"prev":"${BEGINNING.hash}","time":"`)
const isAnotherStart = ({ bytes }: Line): boolean =>
  bytes.subarray(0, FIRST.length).equals(FIRST) &&
  bytes.includes(',"event":"start",') &&
  !bytes.includes(',"offset":') &&
  readRecordLine(bytes)?.intact === true

/** What is wrong with a chain and with none of its records. */
const asWhole = (
  { files, first, records, signed, findings }: VerifiedChain,
  { lost, check: { headProven } }: Chain,
  signatures: Signatures
): Finding[] => {
  const finding = (what: Finding['what'], message: string): Finding[] => [
    { what, file: files[0] ?? '', line: 1, seq: first, message }
  ]
  return [
    ...(lost
      ? finding('missing', `no file ends where record ${first} goes on; of several chains give each by itself`)
      : []),
    ...(records > 0 && !headProven && !lost
      ? finding(
          'missing',
          `the file begins with record ${first}, and no file does there: what stood in front of it was cut off; if you took a part out of it, verify with --anchor SEQ:HASH of the record before`
        )
      : []),
    ...(signatures.checked && signed === undefined && findings.every(({ what }) => what !== 'signature')
      ? finding(
          'signature',
          records === 0 ? 'there is no record, and so no signature' : 'no checkpoint has a good signature'
        )
      : [])
  ]
}

const verifiedChain = ({ check, first, files }: Chain): VerifiedChain => {
  const { records, last, lastSeq, signed, stopped, unclosed, torn, findings } = check
  const unsigned = lastSeq - (signed?.seq ?? first - 1)
  return { files, records, first, last, signed, unsigned, closed: stopped, unclosed, torn, findings }
}
