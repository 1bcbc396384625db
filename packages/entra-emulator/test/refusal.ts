import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { aadsts } from '../src/index.ts'
import type { TokenAnswer } from './oauth-client.ts'

const seen = new Set<number>()

/** Reads the code of a refusal and notes that it was seen. */
export const readCode = (description: string | null | undefined): number => {
  const [, code = '0'] = /AADSTS(\d+): /.exec(description ?? '') ?? []
  seen.add(Number(code))
  return Number(code)
}

/** How Entra writes an `error_description`. */
export const written =
  /^AADSTS\d+: .+\r\nTrace ID: [0-9a-f-]{36}\r\nCorrelation ID: [0-9a-f-]{36}\r\nTimestamp: [\d-]+ [\d:]+Z$/

/** An answer of the token endpoint that may be a refusal. */
export interface Refusal {
  readonly status: number
  readonly body: TokenAnswer
}

const isCode = (code: number): code is keyof typeof aadsts => code in aadsts

/** Checks that the token endpoint refused with a code, and wrote it as Entra does. */
export const checkRefusal = (
  t: Test,
  { status, body }: Refusal,
  code: number,
  name: string,
  error = isCode(code) ? aadsts[code].error : ''
): void => {
  t.equal(readCode(body.error_description), code, name)
  t.match(body, {
    error,
    error_description: written,
    error_codes: [code],
    trace_id: String,
    correlation_id: String,
    timestamp: String,
    error_uri: new RegExp(`/error\\?code=${code}$`)
  })
  t.equal(status, isCode(code) ? aadsts[code].status : 0)
}

/** The codes that the README says are checked in a test file. */
export const codesCheckedIn = (file: string): readonly number[] => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| (\d+) \|.+\| `test\/([\w-]+\.test\.ts)` \|$/gm)]
  return rows.filter(row => row[2] === file).map(row => Number(row[1]))
}

/** Adds a test that this file saw every code that the README says it checks. */
export const checkEveryCodeWasSeen = (t: Test, file: string): void => {
  t.test('every code that the README says is checked here was answered', async t => {
    const expected = codesCheckedIn(file)
    t.ok(expected.length > 0)
    t.strictSame(
      expected.filter(code => !seen.has(code)),
      []
    )
  })
}
