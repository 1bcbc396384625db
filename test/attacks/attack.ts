import type { Target } from './target.ts'

/** What must come of an attack. */
export interface Expected {
  /** Of the first answer; 0 where the connection must end without one. */
  readonly status: number
  /** Our code, in `x-sluice-error` and in the body alike; without it the answer is none of the gateway's refusals. */
  readonly code?: string
  /** `error` of the challenge; `none` for a challenge without one. Without it there must be no challenge. */
  readonly error?: string
  /** Something that the answer must say, or a word that it must not. */
  readonly answer?: RegExp
  readonly answerLacks?: RegExp
  /**
   * The requests that the upstream may see, none without it: each as its request line, its fields except those that the
   * gateway writes itself, which are compared to the letter too, and its body after an empty line.
   */
  readonly saw?: readonly (readonly string[])[]
}

/** One row of a table. */
export interface Attack {
  readonly name: string
  /** The bytes, as Latin-1. */
  readonly sent: string
  readonly expected: Expected
  /** What happens first: keys change, time passes, a token is remembered. */
  readonly before?: () => unknown
  /** Says what else went wrong, if anything. */
  readonly after?: () => string | undefined | Promise<string | undefined>
}

/** The attacks on one subject. Each table has a gateway of its own. */
export interface AttackTable {
  readonly subject: string
  /** What they aim at, for `docs/security.md`. */
  readonly about: string
  rows(target: Target): Promise<readonly Attack[]>
}
