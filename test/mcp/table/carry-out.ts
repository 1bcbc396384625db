import { isDeepStrictEqual } from 'node:util'
import { ANSWER_FORMS, type AnswerForm } from './answer-forms.ts'
import { answersOf, expected, observed, type Outcome, statusOf } from './outcome.ts'
import { requestOf } from './request-of-row.ts'
import type { Revision, Row } from './row.ts'
import type { Pieces, Scene } from './scene.ts'

/** A way in which a row did not come out as it should. */
export interface Deviation {
  readonly way: string
  readonly observed: Outcome
  readonly expected: Outcome
}

/**
 * Takes a row through every form of answer, its request and its answer whole and byte by byte; with `cutting` also the answer
 * in two pieces, cut at every position.
 */
export const carryOut = async (
  scene: Scene,
  revision: Revision,
  row: Row,
  cutting: boolean
): Promise<{ readonly runs: number; readonly deviations: readonly Deviation[] }> => {
  const request = requestOf(revision, row)
  const deviations: Deviation[] = []
  let runs = 0
  // What is refused has no answer, whose form could matter.
  for (const form of row.refused === undefined ? ANSWER_FORMS : ANSWER_FORMS.slice(0, 1)) {
    const answered = form.write(answersOf(row))
    const outcome = expected(revision, row, request.body, answered)
    for (const [way, sentPieces, answeredPieces] of [
      ...waysOf(request.body, answered),
      ...(cutting ? cutWaysOf(answered, form) : [])
    ]) {
      const answer = { status: statusOf(row), type: form.type, pieces: answeredPieces }
      const seen = observed(row, form, await scene.exchange(request, sentPieces, answer))
      runs++
      if (!isDeepStrictEqual(seen, outcome))
        deviations.push({ way: `${form.name}, ${way}`, observed: seen, expected: outcome })
    }
  }
  return { runs, deviations }
}

type Way = readonly [name: string, request: Pieces | undefined, answer: Pieces]

const waysOf = (sent: Buffer, answered: Buffer): Way[] => {
  const whole = wholeOf(answered)
  const ways: Way[] = [['whole', undefined, whole]]
  if (sent.length > 0) ways.push(['the request byte by byte', bytesOf(sent), whole])
  if (answered.length > 0) ways.push(['the answer byte by byte', undefined, bytesOf(answered)])
  if (sent.length > 0 && answered.length > 0) ways.push(['both byte by byte', bytesOf(sent), bytesOf(answered)])
  return ways
}

/** An answer is cut where it has most to cut. */
const cutWaysOf = (answered: Buffer, form: AnswerForm): Way[] =>
  form === ANSWER_FORMS.at(-1)
    ? cuts(answered).map(([at, pieces]): Way => [`the answer in two at ${at}`, undefined, pieces])
    : []

const wholeOf = (bytes: Buffer): Pieces => (bytes.length === 0 ? [] : [bytes])
const bytesOf = (bytes: Buffer): Pieces => Array.from(bytes, byte => Buffer.from([byte]))

/** A longer answer is cut in two at the first of its positions alone. */
const MOST_CUTS = 200

const cuts = (bytes: Buffer): (readonly [at: number, pieces: Pieces])[] =>
  Array.from({ length: Math.max(0, Math.min(bytes.length, MOST_CUTS) - 1) }, (_, i) => [
    i + 1,
    [bytes.subarray(0, i + 1), bytes.subarray(i + 1)]
  ])
