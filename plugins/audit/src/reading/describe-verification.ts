import type { Finding, TornRecord } from './chain-check.ts'
import type { Verification, VerifiedChain } from './verify-files.ts'

/** What was found, for people: a line a finding, then what is known of each chain. */
export const describeVerification = ({ chains, missed, signaturesChecked }: Verification): string =>
  [
    ...missed.map(
      ({ seq, hash }) => `record ${seq} with hash ${hash} is not there: it was replaced, or the end was cut off`
    ),
    ...chains.flatMap(chain => [
      ...chain.findings.map(describeFinding),
      ...chain.torn.map(describeTorn),
      ...describeChain(chain, signaturesChecked)
    ])
  ]
    .map(line => `${line}\n`)
    .join('')

const describeFinding = ({ file, line, message }: Finding): string => `${file}:${line}: ${message}`

const describeTorn = ({ file, line, bytes, after, recorded }: TornRecord): string =>
  `${file}:${line}: a torn record of ${bytes} bytes behind record ${after}: the process was killed, or the end was cut off` +
  (recorded ? '; what follows it accounts for that' : '')

const describeChain = (chain: VerifiedChain, signaturesChecked: boolean): readonly string[] => {
  const { files, records, first, last, closed, unclosed, findings, signed } = chain
  const name = files.join(', ')
  if (records === 0) return [`${name}: no records`]
  return [
    `${name}: ${records} records, ${findings.length > 0 ? 'broken' : `verified${signed === undefined || last?.seq === signed.seq ? '' : ` up to record ${signed.seq}`}`}`,
    ...(first === 1 ? [] : [`  begins with record ${first}: the files before were not given, or are gone`]),
    ...(last === undefined ? [] : [`  ends with record ${last.seq}, anchor ${last.seq}:${last.hash}`]),
    `  ${describeSignatures(chain, signaturesChecked)}`,
    ...(unclosed.length === 0
      ? []
      : [
          `  started anew without a stop before at ${unclosed.join(', ')}: killed, or the end could not be written; what waited then is lacking`
        ]),
    closed ? '  closed by a stop' : '  not closed: still written, or killed, or the end was cut off'
  ]
}

const describeSignatures = ({ signed, unsigned }: VerifiedChain, checked: boolean): string => {
  if (!checked) return 'signatures were not checked: name the public key with --key'
  if (signed === undefined) return `unsigned tail: all ${unsigned} records`
  const upTo = `signed up to record ${signed.seq}`
  return unsigned === 0 ? upTo : `${upTo}, unsigned tail of ${unsigned} record${unsigned === 1 ? '' : 's'}`
}
