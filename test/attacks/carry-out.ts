import { isDeepStrictEqual } from 'node:util'
import { settled } from '../support/settled.ts'
import { type Answer, readAnswer } from './answer.ts'
import type { Attack, Expected } from './attack.ts'
import { credentialsIn } from './credentials.ts'
import type { Target } from './target.ts'

/** What came of an attack. */
export interface Outcome {
  readonly answer: Answer
  /** How many requests the upstream saw. */
  readonly seen: number
  /** In what it differs from what was expected; empty if all is well. */
  readonly faults: readonly string[]
}

/** Sends an attack to a gateway and judges what comes of it: the answer, what the upstream saw, and what was logged. */
export const carryOut = async (attack: Attack, target: Target): Promise<Outcome> => {
  await attack.before?.()
  const { upstream, gateway } = target
  const logged = gateway.log.length
  const received = await target.send(attack.sent)
  const expected = attack.expected.saw?.length ?? 0
  await settled(() => upstream.seen.length >= expected, 'the upstream saw all requests').catch(() => {})
  const seen = upstream.seen.splice(0)
  const answer = readAnswer(received)
  const said = received + JSON.stringify(gateway.log.slice(logged)) + seen.flat().join('\n')
  const leaked = credentialsIn(attack.sent).some(credential => said.includes(credential))
  const more = await attack.after?.()
  const faults = [
    ...faultsOfAnswer(answer, received, attack.expected),
    ...faultsOfUpstream(seen, attack.expected.saw ?? [], upstream.url),
    ...(leaked ? ['a credential was in the answer, in the log or at the upstream'] : []),
    ...(more === undefined ? [] : [more])
  ]
  return { answer, seen: seen.length, faults }
}

const faultsOfAnswer = (answer: Answer, received: string, expected: Expected): string[] => {
  const compare = (what: string, got: unknown, wanted: unknown): string[] =>
    got === wanted ? [] : [`${what} is ${String(got)}, not ${String(wanted)}`]
  return [
    ...compare('the status', answer.status, expected.status),
    ...compare('the code', answer.code, expected.code),
    ...compare('the code in the body', answer.bodyCode, expected.code),
    ...compare('error of the challenge', answer.error, expected.error),
    ...(expected.answer?.test(received) === false ? [`the answer lacks ${String(expected.answer)}`] : []),
    ...(expected.answerLacks?.test(received) === true ? [`the answer has ${String(expected.answerLacks)}`] : [])
  ]
}

const faultsOfUpstream = (
  seen: readonly (readonly string[])[],
  expected: readonly (readonly string[])[],
  url: string
): string[] => {
  const wanted = expected.map(lines => withOwnFields(lines, url))
  const got = seen.map(record =>
    sorted(record.map(line => line.replace(/^x-request-id: [\da-f-]{36}$/, 'x-request-id: made')))
  )
  return isDeepStrictEqual(got, wanted)
    ? []
    : [`the upstream saw ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`]
}

/** What the gateway writes into every request. */
const withOwnFields = (lines: readonly string[], url: string): string[] =>
  sorted([
    ...lines,
    `host: ${new URL(url).host}`,
    'connection: keep-alive',
    'x-forwarded-for: 127.0.0.1',
    'x-forwarded-proto: https',
    'x-forwarded-host: mcp.contoso.example',
    'forwarded: for=127.0.0.1;host="mcp.contoso.example";proto=https',
    'x-request-id: made',
    'via: 1.1 sluice'
  ])

/** The order of fields of different names means nothing (RFC 9110 section 5.3). */
const sorted = (lines: readonly string[]): string[] => lines.toSorted()
