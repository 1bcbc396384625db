import type { Challenge, ResponseHead } from '@sluice/plugin-api'
import { HeaderLines } from '../http/header-lines.ts'

/** An upstream's answer takes none; a filter that adds one there must not believe that it was sent. */
const NO_CHALLENGES = Object.freeze([]) as readonly Challenge[] as Challenge[]

/** Filters complete challenges in place: a reply that was made once must not remember the last request's. */
const ownCopy = (challenge: Challenge): Challenge => ({ ...challenge, params: new Map(challenge.params) })

/** The head of an answer, the upstream's or the gateway's own, while filters may change it. */
export class AnswerHead extends HeaderLines implements ResponseHead {
  readonly status: number
  readonly source: 'upstream' | 'gateway'
  readonly challenges: Challenge[]

  constructor(status: number, source: 'upstream' | 'gateway', lines: string[], challenges: readonly Challenge[] = []) {
    super(lines)
    this.status = status
    this.source = source
    this.challenges = source === 'upstream' ? NO_CHALLENGES : challenges.map(ownCopy)
  }

  /** The media type in lower case and without parameters; empty if there is none. */
  get mediaType(): string {
    const type = this.get('content-type') ?? ''
    const mark = type.indexOf(';')
    return (mark === -1 ? type : type.slice(0, mark)).trim().toLowerCase()
  }
}
